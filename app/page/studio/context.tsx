/**
 * What every part of the page may use: the route, the stream, the theme; and links and answers that follow from them.
 *
 * @module
 */
import { type ComponentChildren, createContext } from "preact";
import { useContext, useEffect, useRef, useState } from "preact/hooks";
import type { PATHS } from "../../studio/api.ts";
import { type Answer, addressOf, concerns, type Parameters, Question, type Stream, type Subject } from "./live.ts";
import { type Route, routeText, toView, withQuery } from "./route.ts";

export type Theme = "light" | "dark";

export interface Studio {
  readonly route: Route;
  readonly stream: Stream;
  /** The one that is shown, chosen or the system's. */
  readonly theme: Theme;
}

export const StudioContext = createContext<Studio>(undefined as never);
export const useStudio = (): Studio => useContext(StudioContext);

/** A link to another view, which keeps the theme. */
export function Go(props: {
  readonly to: readonly (string | number)[];
  readonly query?: Readonly<Record<string, string>>;
  readonly class?: string;
  readonly children: ComponentChildren;
}) {
  const { route } = useStudio();
  return (
    <a href={routeText(toView(route, props.to, props.query))} {...(props.class !== undefined && { class: props.class })}>
      {props.children}
    </a>
  );
}

/** Looks at the same view in another way. The address is replaced: going back leaves the view. */
export function useLook(): (changes: Readonly<Record<string, string | undefined>>) => void {
  const { route } = useStudio();
  return (changes) => {
    history.replaceState(history.state, "", routeText(withQuery(route, changes)));
    window.dispatchEvent(new HashChangeEvent("hashchange"));
  };
}

/**
 * The answer to a question, asked again whenever something changes that concerns its subject. While another one is
 * waited for, the last one stays.
 *
 * @param pause  the least milliseconds between two requests
 */
export function useAnswer<T>(name: keyof typeof PATHS, parameters: Parameters, subject: Subject, pause?: number): Answer<T> {
  const { stream } = useStudio();
  const url = addressOf(name, parameters);
  const [known, setKnown] = useState<Omit<Answer<T>, "busy"> & { readonly url?: string }>({});
  const last = useRef<T | undefined>(undefined);
  useEffect(() => {
    const question = new Question<T>(
      url,
      ({ value = last.current, problem }) => {
        last.current = value;
        setKnown({ url, ...(value !== undefined && { value }), ...(problem && { problem }) });
      },
      pause,
    );
    const seen = () => question.seen();
    const quiet = stream.listen((event) => concerns(subject, event) && question.ask());
    document.addEventListener("visibilitychange", seen);
    question.ask();
    return () => {
      quiet();
      document.removeEventListener("visibilitychange", seen);
      question.close();
    };
  }, [url, stream]);
  return { ...known, busy: known.url !== url };
}
