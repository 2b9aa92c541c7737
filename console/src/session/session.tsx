/** Who is signed in. The cookie is the browser's business; what pages know of it is here. */
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from "react";
import { ask, keepCsrfToken, onSignedOut, Refusal } from "../answers/ask.ts";
import type { Session } from "../answers/shapes.ts";

type State =
  | { readonly is: "unknown" }
  | { readonly is: "out" }
  | { readonly is: "unreachable"; readonly refusal: Refusal }
  | { readonly is: "in"; readonly session: Session };

type Sessions = {
  readonly state: State;
  /** @throws Refusal when the key does not open a session. */
  readonly signIn: (key: string) => Promise<void>;
  readonly signOut: () => Promise<void>;
  readonly retry: () => void;
};

const SessionContext = createContext<Sessions | undefined>(undefined);

export function SessionProvider({ children }: { readonly children: ReactNode }) {
  const [state, setState] = useState<State>({ is: "unknown" });

  const accept = useCallback((session: Session) => {
    keepCsrfToken(session.csrfToken);
    setState({ is: "in", session });
  }, []);

  const retry = useCallback(() => {
    ask<Session>("/api/session").then(accept, (error: unknown) => {
      if (!(error instanceof Refusal)) throw error;
      setState(error.status === 401 ? { is: "out" } : { is: "unreachable", refusal: error });
    });
  }, [accept]);

  useEffect(() => {
    onSignedOut(() => setState({ is: "out" }));
    retry();
  }, [retry]);

  const sessions = useMemo<Sessions>(
    () => ({
      state,
      signIn: async (key) => accept(await ask<Session>("/api/session", { method: "POST", body: { key } })),
      signOut: async () => {
        await ask("/api/session", { method: "DELETE" });
        setState({ is: "out" });
      },
      retry,
    }),
    [state, accept, retry],
  );
  return <SessionContext value={sessions}>{children}</SessionContext>;
}

export function useSessions(): Sessions {
  const sessions = useContext(SessionContext);
  if (sessions === undefined) throw new Error("There is no SessionProvider above.");
  return sessions;
}

/** The session of a page that is shown only to who is signed in. */
export function useSession(): Session {
  const { state } = useSessions();
  if (state.is !== "in") throw new Error("Nobody is signed in.");
  return state.session;
}
