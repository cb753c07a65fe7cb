/* The site as a ZIP to keep, to serve elsewhere, or to import again. */
import { useState } from 'preact/hooks';
import { Dialog, toast } from '../../lib/ui.jsx';
import { asProblem } from '../../lib/problems.js';
import { site } from '../state.js';
import { saveNow } from '../workspace.js';
import { exportSite } from '../transfer/export_site.js';

export default function Export({ onClose }) {
  const [step, setStep] = useState('');
  const [problem, setProblem] = useState(null);
  const submit = async () => {
    setProblem(null);
    setStep('Saving');
    try {
      if (!(await saveNow())) throw new Error('unsaved');
      await exportSite(site.value, setStep);
      toast('The export is downloaded.');
      onClose();
    } catch (error) {
      setProblem(asProblem(error));
      setStep('');
    }
  };
  const foot = (
    <>
      <button type="button" class="btn" disabled={Boolean(step)} onClick={onClose}>Cancel</button>
      <button type="submit" class="btn btn-primary" disabled={Boolean(step)} aria-busy={Boolean(step)}>{step ? `${step}…` : 'Export'}</button>
    </>
  );
  return (
    <Dialog title="Export this site" busy={Boolean(step)} onClose={onClose} onSubmit={submit} foot={foot}>
      <p class="soft">You get one ZIP: the published pages as plain HTML for any web host, and in the folder “roseram” everything that “Import” needs to make the site again, in this organization or another.</p>
      <p class="soft">Every page is in it, drafts too. Comments, earlier versions and what visitors sent stay here.</p>
      <p class="visually-hidden" role="status">{step}</p>
      {problem && <p class="notice notice-failed" role="alert">{problem.message}</p>}
    </Dialog>
  );
}
