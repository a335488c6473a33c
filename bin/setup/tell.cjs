"use strict";
const EVERY_MS = 15_000;

/**
 * Says on stderr what is being done, and that it still is: on a terminal by counting seconds in place, elsewhere by a
 * line now and then.
 * @param {string} text
 * @returns {() => void} to be called when it is done; may be called twice
 */
function tell(text) {
  const live = process.stderr.isTTY === true;
  const began = Date.now();
  const seconds = () => Math.round((Date.now() - began) / 1000);
  process.stderr.write(live ? `${text} …` : `${text} …\n`);
  const again = live ? () => `\r${text} … ${seconds()} s` : () => `${text} … ${seconds()} s\n`;
  let timer = setInterval(() => process.stderr.write(again()), live ? 1000 : EVERY_MS);
  return () => {
    if (timer === undefined) return;
    clearInterval(timer);
    timer = undefined;
    if (live) process.stderr.write("\n");
  };
}

module.exports = { tell };
