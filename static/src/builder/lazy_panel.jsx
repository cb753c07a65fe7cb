/* A panel that is fetched when somebody opens it. */
import { fetched } from '../lib/fetched.jsx';

export const lazyPanel = (load) => fetched(load, <div class="b-side-scroll" role="status" aria-label="Loading"><span class="bone b-bone-block" /></div>);
