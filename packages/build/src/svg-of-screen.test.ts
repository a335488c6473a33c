import { describe, expect, it } from "vitest";
import { svgOfScreen } from "./svg-of-screen.mjs";

const draw = (screen: string): string => svgOfScreen(screen, { columns: 20, title: "a <test>" });

describe("a picture of a screen", () => {
  it("has each piece of text in its cell, with its colour, and says what it shows", () => {
    const svg = draw("ok  \u001b[32mgreen\u001b[0m \u001b[2;31mdim red\u001b[39m\n\n");
    expect(svg).toContain('<text x="0" textLength="16.8">ok</text>');
    expect(svg).toContain('<text x="33.6" textLength="42" fill="#56d364">green</text>');
    expect(svg).toContain('<text x="84" textLength="58.8" fill="#ff7b72" opacity=".6">dim red</text>');
    expect(svg).toContain("<title>a &lt;test&gt;</title>");
    expect(svg.match(/<g transform/g)).toHaveLength(1);
  });

  it("goes on in the colour of the line before, as the terminal does", () => {
    const svg = draw("\u001b[32mone\n  two\u001b[39m  three");
    expect(svg).toContain(`<text x="16.8" textLength="25.2" fill="#56d364">two</text>`);
    expect(svg).toContain(`<text x="58.8" textLength="42">three</text>`);
  });

  it("takes what stands there for text, and no more", () => {
    const svg = draw('<script>&"\u001b[?25l\u001b[1;1Hend');
    expect(svg).toContain("&lt;script&gt;&amp;&quot;");
    expect(svg).toContain(">end<");
    expect(svg).not.toContain("\u001b");
  });
});
