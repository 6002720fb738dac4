/** Waits for a promise or for the user's wish to stop, whichever comes first. Undefined: it was the wish. `patience`: milliseconds after that wish. */
export const untilAborted = <T>(promise: Promise<T>, signal: AbortSignal, patience = 0): Promise<T | undefined> =>
  new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const give = (): void => resolve(undefined);
    const stop = (): void => {
      if (patience > 0) timer = setTimeout(give, patience);
      else give();
    };
    if (signal.aborted) stop();
    // One listener per wait, taken away again: a stream of many chunks must not leave one behind for each.
    else signal.addEventListener("abort", stop, { once: true });
    promise.then(resolve, reject).finally(() => {
      signal.removeEventListener("abort", stop);
      clearTimeout(timer);
    });
  });
