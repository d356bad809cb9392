/**
 * The page of `evoke studio`.
 *
 * @module
 */
import { render } from "preact";
import { App } from "./app.tsx";
import { showInertTexts } from "./inert-texts.ts";
import { Stream } from "./live.ts";
import "./studio.css";

showInertTexts();
const stream = new Stream();
render(<App stream={stream} />, document.getElementById("studio")!);
stream.open();
