/** Style sheets that a script of a page brings with it; the build lays them together. */
declare module "*.css";
