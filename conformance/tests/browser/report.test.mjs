// The page of `upqr report --format html` in a real browser: it works, with scripts and without, in every window, and asks nobody for anything.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";

import { chromium } from "playwright-core";

const pages = process.env.PAGES ?? assert.fail("PAGES is the folder that run.sh fills");
const screenshots = process.env.SCREENSHOTS ?? "";
const DESKTOP = { width: 1280, height: 900 };
const PHONE = { width: 360, height: 740 };

let browser;
before(async () => {
  if (screenshots) mkdirSync(screenshots, { recursive: true });
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ],
  });
});
after(() => browser?.close());

/** Opens a page, lets `look` at it, and holds it to no complaint and no request but for itself. */
async function check(name, options, look) {
  const { file = "report.html", hash = "", ...context } = options;
  const scene = await browser.newContext({ viewport: DESKTOP, ...context });
  const page = await scene.newPage();
  const complaints = [];
  const requests = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("dialog", (dialog) => { complaints.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  page.on("request", (request) => requests.push(request.url()));
  const address = pathToFileURL(path.join(pages, file)).href;
  await page.goto(address + hash);
  await look(page);
  if (screenshots) await page.screenshot({ path: path.join(screenshots, `${name}.png`), fullPage: true });
  assert.deepEqual(complaints, []);
  assert.deepEqual([...new Set(requests.map((request) => request.split("#")[0]))], [address]);
  await scene.close();
}

const FAILURES = "details.failure";
const shown = (page) => page.locator(`${FAILURES}:not([hidden])`).count();
const said = (page) => page.locator(".filter output").innerText();

/** Nothing is wider than the window, so that a page is never moved sideways. */
async function fits(page) {
  const { inner, outer } = await page.evaluate(() => ({
    inner: document.documentElement.scrollWidth,
    outer: document.documentElement.clientWidth,
  }));
  assert.ok(inner <= outer, `${inner} pixels stand in ${outer}`);
}

test("the page names every implementation and what it came to", () =>
  check("desktop", {}, async (page) => {
    assert.deepEqual(await page.locator(".card .verdict").allInnerTexts(), ["Conforms", "Does not conform", "Incomplete"]);
    assert.deepEqual(await page.locator(".kind h3 .tally").allInnerTexts(), ["11", "2"]);
    assert.equal(await page.locator("#groups thead th").count(), 4);
    assert.equal(await page.locator("h1").count(), 1);
    await fits(page);
  }));

test("the filter narrows by text and by choice, and gives everything back", () =>
  check("filtered", {}, async (page) => {
    const all = await page.locator(FAILURES).count();
    assert.equal(await said(page), `${all} of ${all} shown`);
    await page.fill("[name=text]", "UPQR-OBJ-3 utf-8");
    assert.equal(await shown(page), 1);
    await page.fill("[name=text]", "");
    await page.selectOption("[name=outcome]", "wrong-verdict");
    assert.equal(await shown(page), 3);
    await page.selectOption("[name=risk]", "misroute");
    assert.equal(await shown(page), 1);
    assert.equal(await said(page), `1 of ${all} shown`);
    assert.equal(await page.locator(".risk:visible").count(), 1);
    await page.selectOption("[name=op]", "decode");
    assert.equal(await shown(page), 0);
    assert.ok(await page.locator(".nothing").isVisible());
    await page.click("button[type=reset]");
    await page.waitForFunction(() => document.querySelector(".nothing").hidden);
    assert.equal(await shown(page), all);
    await page.selectOption("[name=place]", { label: "tea-pay 2.4.1 (2)" });
    assert.equal(await shown(page), 1);
  }));

test("sections open by mouse, by key and all at once", () =>
  check("open", {}, async (page) => {
    const first = page.locator(FAILURES).first();
    await first.locator("> summary").click();
    assert.ok(await first.locator(".body").isVisible());
    await first.locator("> summary").press("Enter");
    assert.ok(!(await first.locator(".body").isVisible()));
    await page.click("button[name=open]");
    assert.equal(await page.locator(`${FAILURES}[open]`).count(), await page.locator(FAILURES).count());
    await page.click("button[name=close]");
    assert.equal(await page.locator(`${FAILURES}[open]`).count(), 0);
    await page.click("button[name=open]");
    await fits(page);
  }));

test("the byte at fault is marked, and the call that asks again can be copied", () =>
  check("copy", { hash: "#decode-0096-ber-huge-length", permissions: ["clipboard-read", "clipboard-write"] }, async (page) => {
    const failure = page.locator(FAILURES, { has: page.locator("#decode-0096-ber-huge-length") });
    assert.equal(await failure.getAttribute("open"), "");
    assert.deepEqual(await failure.locator("mark").allTextContents(), ["M", "4d"]);
    await failure.locator(".copy").first().click();
    await failure.getByRole("button", { name: "Copied" }).waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    assert.equal(copied, await failure.locator(".again code").first().innerText());
    assert.match(copied, /^upqr run /);
  }));

test("a link opens its section, also where the filter hides it", () =>
  check("link", { reducedMotion: "reduce" }, async (page) => {
    await page.fill("[name=text]", "nothing holds this");
    assert.equal(await shown(page), 0);
    await page.evaluate(() => { location.hash = "#restore-0121-base-changed-amount"; });
    const body = page.locator("#restore-0121-base-changed-amount");
    await body.waitFor();
    assert.ok(await body.isVisible());
    const box = await page.locator(`${FAILURES}[open] > summary`).boundingBox();
    assert.ok(box.y >= -1 && box.y < DESKTOP.height, `the section begins at ${box.y}`);
  }));

for (const [name, options] of [
  ["phone", { viewport: PHONE, hasTouch: true, isMobile: true }],
  ["phone-dark", { viewport: PHONE, hasTouch: true, isMobile: true, colorScheme: "dark" }],
]) {
  test(`a window of 360 pixels holds the page: ${name}`, () =>
    check(name, options, async (page) => {
      await fits(page);
      await page.click("button[name=open]");
      await fits(page);
      const button = await page.locator("button[name=open]").boundingBox();
      assert.ok(button.height >= 40, "a finger meets it");
    }));
}

test("a dark scheme is dark", () =>
  check("dark", { colorScheme: "dark", hash: "#decode-0072-name-counted-in-bytes" }, async (page) => {
    const colour = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const [red, green, blue] = colour.match(/\d+/g).map(Number);
    assert.ok(red + green + blue < 120, colour);
  }));

test("without a script everything can be read, and no control pretends to work", () =>
  check("no-script", { javaScriptEnabled: false }, async (page) => {
    assert.equal(await page.locator(".filter").isVisible(), false);
    assert.equal(await page.locator(".copy:visible").count(), 0);
    const first = page.locator(FAILURES).first();
    await first.locator("> summary").click();
    assert.ok(await first.locator(".body").isVisible());
  }));

test("paper shows every section and no button", () =>
  check("print", { viewport: { width: 794, height: 1123 } }, async (page) => {
    await page.emulateMedia({ media: "print" });
    assert.equal(await page.locator("button:visible").count(), 0);
    for (const body of await page.locator(`${FAILURES} > .body`).all()) {
      assert.ok((await body.boundingBox())?.height > 100, "a section is closed");
    }
    await fits(page);
    if (screenshots) await page.pdf({ path: path.join(screenshots, "print.pdf"), preferCSSPageSize: true });
  }));

test("what records hold is shown and does nothing", () =>
  check("hostile", { file: "hostile.html" }, async (page) => {
    await page.click("button[name=open]");
    assert.equal(await page.locator("script").count(), 1);
    const text = await page.locator("body").innerText();
    assert.ok(text.includes("<script>alert(1)</script>\\u{202e}"), "the text is there");
    assert.ok(!/[\0\u202e]/.test(await page.content()), "what acts is not");
    await fits(page);
  }));
