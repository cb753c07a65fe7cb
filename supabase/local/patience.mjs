// Wrong passwords are counted, because each one costs a tenth of a second of
// the only thread there is, and because hosted Auth limits them too. So are mails and links.

const WINDOW = 5 * 60 * 1000;

/** Counts attempts per account and per network address, and says when a caller has to wait. */
export class Patience {
  #attempts = [];

  constructor({ perAccount, perPeer }) {
    this.perAccount = perAccount;
    this.perPeer = perPeer;
  }

  /** Seconds until this caller may try again; 0 when they may now. */
  wait(account, peer) {
    const now = Date.now();
    this.#attempts = this.#attempts.filter(({ at }) => at > now - WINDOW);
    const waits = [
      wait(this.#attempts.filter((each) => each.account === account), this.perAccount, now),
      wait(this.#attempts.filter((each) => each.peer === peer), this.perPeer, now),
    ];
    return Math.max(...waits);
  }

  note(account, peer) {
    const attempt = { account, peer, at: Date.now() };
    this.#attempts.push(attempt);
    return attempt;
  }

  /** Everything this account got wrong; without an account, the one attempt. */
  forgive(account, attempt) {
    this.#attempts = this.#attempts.filter((each) => each !== attempt && (account === "" || each.account !== account));
  }
}

function wait(attempts, most, now) {
  if (attempts.length < most) return 0;
  return Math.ceil((attempts.at(-most).at + WINDOW - now) / 1000);
}
