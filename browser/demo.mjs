// The program as a person starts it, on a port of its own, until a test is done with it.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const TRUEUP = process.env.TRUEUP ?? 'target/debug/trueup';

// Starts `trueup` with these arguments and resolves once it says where it listens.
export function start(args, options = {}) {
  const child = spawn(TRUEUP, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  let said = '';
  let talk = '';
  child.stderr.on('data', (chunk) => { talk += chunk; });
  return new Promise((resolve, reject) => {
    child.on('exit', (code) => reject(new Error(`trueup ${args.join(' ')} ended with ${code}:\n${said}${talk}`)));
    child.stdout.on('data', (chunk) => {
      said += chunk;
      const address = /https?:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0];
      if (address) resolve({ address, said: () => said, talk: () => talk, stop: () => stop(child) });
    });
  });
}

function stop(child) {
  child.removeAllListeners('exit');
  return new Promise((resolve) => {
    child.on('exit', resolve);
    child.kill('SIGTERM');
  });
}

// A folder that is gone with the test.
export function folder() {
  const path = mkdtempSync(join(tmpdir(), 'trueup-browser-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

// Runs a command to its end; fails loudly.
export function run(command, args, options = {}) {
  const ran = spawnSync(command, args, { encoding: 'utf8', ...options });
  if (ran.status !== 0) throw new Error(`${command} ${args.join(' ')} failed: ${ran.stdout}${ran.stderr}`);
  return ran.stdout;
}
