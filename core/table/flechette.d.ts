/** The bundle has the package's API; it loads in 5 ms where the package's CommonJS entry takes 40. */
declare module "@uwdata/flechette/dist/flechette.mjs" {
  export * from "@uwdata/flechette";
}
