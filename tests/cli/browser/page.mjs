// SPDX-License-Identifier: GPL-2.0-or-later
// What runs inside the page that is looked at. Each function is sent there as its text: it may
// use nothing from around it.

// Before the page's own content: what is executed from it shows here.
export function watch() {
	window.executed = [];
	for (const name of ["alert", "confirm", "prompt", "open", "fetch", "eval"])
		window[name] = () => window.executed.push(name);
}

export function openAll() {
	for (const details of document.querySelectorAll("details"))
		details.open = true;
}

// Elements that load or run something, or take input: a report has none of them.
export function active() {
	const found = [];

	for (const element of document.querySelectorAll(
		"script,iframe,object,embed,img,image,video,audio,form,input,button,base,foreignObject," +
		"animate,set"))
		found.push(element.outerHTML.slice(0, 200));
	for (const element of document.querySelectorAll("*"))
		for (const { name, value } of element.attributes)
			if (name.startsWith("on") || /^\s*javascript:/i.test(value))
				found.push(`${element.localName} ${name}=${value}`);
	return found;
}

// Elements that reach over the window's edges, but for what a box scrolls or a box that does.
export function overflow() {
	const width = document.documentElement.clientWidth, found = [];

	if (document.documentElement.scrollWidth > width)
		found.push(`the page is ${document.documentElement.scrollWidth} wide, its window ${width}`);
	for (const element of document.querySelectorAll("main *")) {
		const box = element.getBoundingClientRect();

		if (box.width && (box.left < -1 || box.right > width + 1) &&
		    !element.parentElement.closest(".scroll"))
			found.push(`${element.localName}.${element.className}: ${box.left} to ${box.right}: ` +
				   element.textContent.slice(0, 60));
	}
	return found.slice(0, 20);
}

// Texts that their own box hides a part of, and boxes that scroll but cannot be reached by keys.
export function clipped() {
	const found = [];

	for (const element of document.querySelectorAll("main *")) {
		const style = getComputedStyle(element);
		const hides = ["hidden", "clip"].includes(style.overflowX);

		if (element.closest("svg"))
			continue;
		if (hides && element.scrollWidth > element.clientWidth + 1)
			found.push(`${element.localName} hides ${element.textContent.slice(0, 60)}`);
		if (style.overflowX === "auto" && element.scrollWidth > element.clientWidth + 1 &&
		    element.tabIndex < 0)
			found.push(`${element.localName} scrolls without a tab stop`);
	}
	return found.slice(0, 20);
}

// Each figure's ink inside its frame: texts and shapes within the picture, and some of both.
export function figures() {
	const found = [];

	for (const svg of document.querySelectorAll("figure svg")) {
		const frame = svg.getBoundingClientRect(), label = svg.getAttribute("aria-label");
		const texts = [...svg.querySelectorAll("text")].filter((text) => text.textContent.trim());

		if (!frame.width)
			found.push(`${label}: not shown`);
		if (texts.length < 5 || svg.querySelectorAll("path,circle,rect,polygon,use").length < 5)
			found.push(`${label}: blank`);
		for (const text of texts) {
			const box = text.getBoundingClientRect();

			if (box.left < frame.left - 1 || box.right > frame.right + 1 ||
			    box.top < frame.top - 1 || box.bottom > frame.bottom + 1)
				found.push(`${label}: clipped: ${text.textContent}`);
		}
	}
	return found.slice(0, 20);
}

// Figures that scroll sideways without a sign of it, and signs where nothing scrolls.
export function signs() {
	const found = [];

	for (const box of document.querySelectorAll("figure .scroll")) {
		const told = getComputedStyle(box, "::before").content.includes("sideways");

		if (box.clientWidth && told !== box.scrollWidth > box.clientWidth + 1)
			found.push(`${box.getAttribute("aria-label")}: ${told ? "says that it scrolls" :
				"scrolls and does not say so"}: ${box.scrollWidth} in ${box.clientWidth}`);
	}
	return found.slice(0, 20);
}

// How many say so.
export function signs_shown() {
	return [...document.querySelectorAll("figure .scroll")].filter((box) => box.clientWidth &&
		getComputedStyle(box, "::before").content.includes("sideways")).length;
}

// Boxes that stay pale in the dark; a figure is drawn for white.
export function glare() {
	const found = [];

	if (!matchMedia("(prefers-color-scheme: dark)").matches)
		return found;
	for (const element of document.querySelectorAll("body, body *")) {
		const colour = getComputedStyle(element).backgroundColor;
		const [red, green, blue, alpha = 1] = colour.match(/[\d.]+/g).map(Number);

		if (alpha > 0 && red + green + blue > 3 * 160 && !element.closest("figure"))
			found.push(`${element.localName}.${element.className}: ${colour}`);
	}
	return found.slice(0, 20);
}

// How many figures are on paper: not those of what is folded away and long.
export function printed() {
	return [...document.querySelectorAll("figure")]
		.filter((figure) => !figure.closest("details:not([open], .brief)")).length;
}

// What the page says: its verdict, and how many judged results its tables have.
export function says() {
	const text = (selector) => document.querySelector(selector)?.textContent ?? "";

	return {
		verdict: text("h1 .verdict"),
		heading: text("h1"),
		results: [...document.querySelectorAll("tbody th[scope=row]")]
			.filter((head) => head.textContent === "max").length,
	};
}

// axe-core is there. Violations as lines: rule, how many, the first element.
export async function axe() {
	const { violations } = await window.axe.run(document, { resultTypes: ["violations"] });

	return violations.map(({ id, help, nodes }) =>
		`${id}: ${help}: ${nodes.length}: ${nodes[0].html.slice(0, 200)} ` +
		`${(nodes[0].any[0] ?? nodes[0].all[0] ?? nodes[0].none[0])?.message ?? ""}`);
}
