/** What is used of RxJS, in one place: of its two hundred modules the built package has one, without the rest. @module */
export {
  concat,
  defer,
  ignoreElements,
  lastValueFrom,
  map,
  merge,
  Observable,
  type OperatorFunction,
  pipe,
  Subject,
  takeWhile,
  tap,
} from "rxjs";
