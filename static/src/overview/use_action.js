import { useSignal } from '@preact/signals';
import { asProblem } from '../lib/problems.js';
import { toastProblem } from '../lib/ui.jsx';

/** Runs what a button asks for; whatever goes wrong is said in a toast. */
export function useAction() {
  const busy = useSignal('');
  const run = async (name, work) => {
    busy.value = name;
    try {
      await work();
    } catch (error) {
      toastProblem(asProblem(error));
    }
    busy.value = '';
  };
  return [busy.value, run];
}
