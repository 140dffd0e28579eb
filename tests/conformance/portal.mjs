// Portal sheets in a browser: node portal.mjs FILE… A page fails on any violation of axe-core, when it is wider than the
// window, when it asks for anything, when a tick does not survive, or when a copy is not the text that is shown.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import puppeteer from "puppeteer-core";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
});
let failed = 0;
const complain = (line) => {
  failed += 1;
  console.log(line);
};
for (const file of process.argv.slice(2)) {
  const url = pathToFileURL(file).href;
  const open = async (width, media, script = true) => {
    const page = await browser.newPage();
    page.on("request", (request) => request.url() === url || complain(`${file}: asks for ${request.url()}`));
    page.on("pageerror", (error) => complain(`${file}: ${error}`));
    page.on("dialog", (dialog) => {
      complain(`${file}: a script of somebody else ran: ${dialog.message()}`);
      dialog.dismiss();
    });
    await page.setViewport({ width, height: 800 });
    await page.emulateMediaType(media);
    await page.setJavaScriptEnabled(script);
    await page.goto(url);
    return page;
  };
  for (const [width, media] of [[375, "screen"], [1280, "screen"], [794, "print"]]) {
    const page = await open(width, media);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    if (wide > width) complain(`${file}: ${wide} pixels wide in a window of ${width}`);
    // axe-core is run beside the page: its own policy allows no script but its own.
    const world = await page.mainFrame().isolatedRealm();
    await world.evaluate(axe);
    const { violations } = await world.evaluate(() => globalThis.axe.run(document));
    for (const { id, help, nodes } of violations) {
      complain(`${file} (${width}): ${id}: ${help}: ${nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`);
    }
    await page.close();
  }

  const page = await open(1280, "screen");
  // Sheets of one organisation share their ticks.
  await page.evaluate(() => localStorage.clear());
  await page.reload();
  const ticked = () => page.$$eval("input[data-key]:checked", (boxes) => boxes.map((box) => box.dataset.key));
  const keys = await page.$$eval("input[data-key]", (boxes) => boxes.map((box) => box.dataset.key));
  if (new Set(keys).size !== keys.length) complain(`${file}: two boxes share a name`);
  await page.$eval("article input[data-key]", (box) => box.click());
  const before = await ticked();
  await page.reload();
  const after = await ticked();
  if (before.length !== 1 || JSON.stringify(after) !== JSON.stringify(before)) complain(`${file}: a tick is lost`);
  const copies = await page.$$eval("button[data-copy]", async (buttons) => {
    const copied = [];
    navigator.clipboard.writeText = (text) => Promise.resolve(copied.push(text));
    buttons.forEach((button) => button.click());
    const shown = buttons.map((button) => document.getElementById(button.dataset.copy).textContent);
    return { visible: buttons.every((button) => !button.hidden), same: JSON.stringify(copied) === JSON.stringify(shown) };
  });
  if (!copies.visible || !copies.same) complain(`${file}: a copy is not what is shown`);
  await page.close();

  const plain = await open(375, "screen", false);
  const hidden = await plain.$$eval("button, #progress", (nodes) => nodes.every((node) => node.hidden));
  const words = await plain.$$eval(".typed", (nodes) => nodes.length && nodes.every((node) => node.offsetHeight > 0));
  if (!hidden || !words) complain(`${file}: without its script the page is not as readable`);
  await plain.close();
}
await browser.close();
process.exit(failed ? 1 : 0);
