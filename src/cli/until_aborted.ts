/** Waits for a promise or for the user's wish to stop, whichever comes first. Undefined: it was the wish. */
export const untilAborted = <T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> =>
  new Promise((resolve, reject) => {
    const stop = (): void => resolve(undefined);
    if (signal.aborted) stop();
    // One listener per wait, taken away again: a stream of many chunks must not leave one behind for each.
    else signal.addEventListener("abort", stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
