// SPDX-License-Identifier: GPL-2.0-or-later
// visit.mjs CHROMIUM AXE <VISITS: opens pages as a reader would and prints what is wrong with
// them. A visit is a line of JSON: page, width, scheme; axe: false leaves axe-core out, picture:
// FILE.png keeps what was seen, print: FILE.pdf what is on paper while nothing that folds away is
// open, policy: false takes the page's own policy away. What comes out
// is the same line with what the page says, and lists of faults: all of them empty is well.
// AXE "-": there is none.
import { readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { Chromium } from "./chromium.mjs";
import * as inside from "./page.mjs";

const HEIGHT = 900;
const [program, axeFile] = process.argv.slice(2);
const axeText = axeFile === "-" ? "" : readFileSync(axeFile, "utf8");

// Prepares a page of the browser; gives its session.
async function open(browser) {
	const { targetId } = await browser.send("Target.createTarget", { url: "about:blank" });
	const { sessionId } = await browser.send("Target.attachToTarget", { targetId, flatten: true });

	for (const domain of ["Page", "Runtime", "Log", "Network"])
		await browser.send(`${domain}.enable`, {}, sessionId);
	return { targetId, sessionId };
}

// Takes note of what the page asks for or complains about.
function note(visit, url, method, params) {
	if (method === "Network.requestWillBeSent" && params.request.url !== url &&
	    !params.request.url.startsWith("data:"))
		visit.requests.push(params.request.url);
	else if (method === "Log.entryAdded")
		visit.console.push(`${params.entry.level}: ${params.entry.text}`);
	else if (method === "Runtime.consoleAPICalled")
		visit.console.push(params.args.map(({ value }) => value).join(" "));
	else if (method === "Runtime.exceptionThrown")
		visit.console.push(params.exceptionDetails.exception?.description ?? "exception");
	else if (method === "Page.javascriptDialogOpening")
		visit.executed.push(`${params.type}: ${params.message}`);
}

async function look(browser, sessionId, visit, url) {
	const send = (method, params) => browser.send(method, params, sessionId);
	const run = async (text) => {
		const { result, exceptionDetails } = await send("Runtime.evaluate", {
			expression: text, awaitPromise: true, returnByValue: true });

		if (exceptionDetails)
			throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
		return result.value;
	};
	const loaded = new Promise((resolve) => {
		const stop = browser.listen(sessionId, (method) => {
			if (method === "Page.loadEventFired") {
				stop();
				resolve();
			}
		});
	});

	await send("Page.setBypassCSP", { enabled: visit.policy === false });
	await send("Emulation.setDeviceMetricsOverride",
		   { width: visit.width, height: HEIGHT, deviceScaleFactor: 1, mobile: false });
	await send("Emulation.setEmulatedMedia",
		   { features: [{ name: "prefers-color-scheme", value: visit.scheme }] });
	await send("Page.addScriptToEvaluateOnNewDocument", { source: `(${inside.watch})()` });
	const { errorText } = await send("Page.navigate", { url });
	if (errorText)
		throw new Error(`${visit.page}: ${errorText}`);
	await loaded;
	visit.overflow = await run(`(${inside.overflow})()`);
	visit.printed = await run(`(${inside.printed})()`);
	if (visit.print)
		await paper(send, visit.print);
	await run(`(${inside.openAll})()`);
	visit.overflow.push(...await run(`(${inside.overflow})()`));
	visit.executed.push(...await run("window.executed"));
	for (const name of ["active", "clipped", "figures", "signs", "signs_shown", "glare"])
		visit[name] = await run(`(${inside[name]})()`);
	visit.says = await run(`(${inside.says})()`);
	if (visit.picture)
		await picture(send, visit.picture);
	// Last: it puts a script of its own into the page.
	if (axeText && visit.axe !== false)
		visit.violations = await run(`${axeText};(${inside.axe})()`);
}

// As the page's own style sheet has it, on A4.
async function paper(send, file) {
	const { data } = await send("Page.printToPDF", { paperWidth: 8.27, paperHeight: 11.69,
							 preferCSSPageSize: true });

	writeFileSync(file, Buffer.from(data, "base64"));
}

async function picture(send, file) {
	const { cssContentSize } = await send("Page.getLayoutMetrics");
	const { data } = await send("Page.captureScreenshot", {
		captureBeyondViewport: true,
		clip: { x: 0, y: 0, width: cssContentSize.width,
			height: Math.min(cssContentSize.height, 16000), scale: 1 } });

	writeFileSync(file, Buffer.from(data, "base64"));
}

const browser = new Chromium(program);

try {
	for await (const line of createInterface({ input: process.stdin })) {
		const visit = { ...JSON.parse(line), console: [], requests: [], executed: [],
				violations: [] };
		const url = pathToFileURL(visit.page).href;
		const { targetId, sessionId } = await open(browser);

		browser.listen(sessionId, (method, params) => {
			note(visit, url, method, params);
			if (method === "Page.javascriptDialogOpening")
				browser.send("Page.handleJavaScriptDialog", { accept: false }, sessionId)
					.catch(() => {});
		});
		await look(browser, sessionId, visit, url);
		await browser.send("Target.closeTarget", { targetId });
		console.log(JSON.stringify(visit));
	}
} finally {
	await browser.close();
}
