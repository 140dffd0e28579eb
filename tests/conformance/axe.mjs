// Pages as axe-core and a browser see them, on a phone, on a desk and in print: node axe.mjs FILE…
// A page fails on any violation, when it is wider than the window, and when it asks the network for anything.
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
  for (const [what, width, media] of [["phone", 375, "screen"], ["desk", 1280, "screen"], ["print", 794, "print"]]) {
    const page = await browser.newPage();
    page.on("request", (request) => {
      const url = request.url();
      if (url !== pathToFileURL(file).href && !url.startsWith("data:")) complain(`${file}: asks for ${url}`);
    });
    page.on("pageerror", (error) => complain(`${file}: ${error}`));
    await page.setViewport({ width, height: 800 });
    await page.emulateMediaType(media);
    await page.goto(pathToFileURL(file).href);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    // Paper may lie on its side.
    if (wide > width && media === "screen") complain(`${file}: ${wide} pixels wide on a ${what} of ${width}`);
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => globalThis.axe.run(document));
    for (const { id, help, nodes } of violations) {
      complain(`${file} (${what}): ${id}: ${help}: ${nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`);
    }
    await page.close();
  }
}
await browser.close();
process.exit(failed ? 1 : 0);
