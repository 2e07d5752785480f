// SPDX-License-Identifier: GPL-2.0-or-later
// Chromium without a window, spoken to in its DevTools protocol: a pipe, each message one JSON
// object with a NUL behind it. No port, no library.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

// Chromium makes calls of its own to the network where these do not forbid them.
const FLAGS = [
	"--headless", "--remote-debugging-pipe", "--no-first-run", "--disable-gpu",
	"--disable-background-networking", "--disable-component-update", "--disable-default-apps",
	"--disable-extensions", "--disable-sync", "--no-default-browser-check",
	"--disable-dev-shm-usage", "--force-color-profile=srgb", "--font-render-hinting=none",
];

export class Chromium {
	#child;
	#profile = mkdtempSync(join(process.env.TMPDIR ?? tmpdir(), "hmmbench-chromium."));
	#next = 0;
	#waiting = new Map();
	#listeners = new Set();
	#rest = [];
	#gone;

	constructor(program) {
		// Its sandbox does not work for root.
		const sandbox = process.getuid() === 0 ? ["--no-sandbox"] : [];

		this.#child = spawn(program, [...FLAGS, ...sandbox, `--user-data-dir=${this.#profile}`,
					      "about:blank"],
				    { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
		this.#child.on("error", (error) => this.#end(`${program}: ${error.message}`));
		this.#gone = new Promise((resolve) => this.#child.on("exit", (code) => {
			this.#end(`${program} ended with ${code}`);
			resolve();
		}));
		this.#child.stdio[3].on("error", () => {});	// told by "exit"
		this.#child.stdio[4].on("data", (data) => this.#read(data));
	}

	#end(why) {
		for (const { reject } of this.#waiting.values())
			reject(new Error(why));
		this.#waiting.clear();
	}

	#read(data) {
		for (let end; (end = data.indexOf(0)) >= 0; data = data.subarray(end + 1)) {
			const text = Buffer.concat([...this.#rest, data.subarray(0, end)]).toString();

			this.#rest = [];
			this.#take(JSON.parse(text));
		}
		if (data.length)
			this.#rest.push(data);
	}

	#take(message) {
		const waiting = this.#waiting.get(message.id);

		if (!waiting) {
			for (const listener of this.#listeners)
				listener(message);
			return;
		}
		this.#waiting.delete(message.id);
		if (message.error)
			waiting.reject(new Error(`${waiting.method}: ${message.error.message}`));
		else
			waiting.resolve(message.result);
	}

	// Gives the result of one command.
	send(method, params = {}, sessionId = undefined) {
		return new Promise((resolve, reject) => {
			const id = ++this.#next;

			this.#waiting.set(id, { method, resolve, reject });
			this.#child.stdio[3].write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
		});
	}

	// Calls listener(method, params) for each event of a session; call the result to stop.
	listen(sessionId, listener) {
		const one = (message) => {
			if (message.sessionId === sessionId)
				listener(message.method, message.params);
		};

		this.#listeners.add(one);
		return () => this.#listeners.delete(one);
	}

	async close() {
		await Promise.race([this.send("Browser.close").catch(() => {}), this.#gone]);
		await this.#gone;
		rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5 });
	}
}
