import { describe, expect, it } from "vitest";
import { parseAhead, parseMoment } from "./dates.ts";

// A Monday, noon by the local clock.
const NOW = new Date(2027, 2, 1, 12);
const local = (text: string, edge: "start" | "end" = "end") => {
  const date = new Date(parseMoment(text, NOW, edge, "due_at"));
  const two = (n: number) => String(n).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`;
};

describe("parseMoment", () => {
  it.each([
    ["2027-03-05", "2027-03-05 23:59"],
    ["2027-03-05 14:30", "2027-03-05 14:30"],
    ["+2d", "2027-03-03 12:00"],
    ["+90m", "2027-03-01 13:30"],
    ["in 3 days", "2027-03-04 12:00"],
    ["in 1 hour", "2027-03-01 13:00"],
    ["In 2 weeks", "2027-03-15 12:00"],
    ["today", "2027-03-01 23:59"],
    ["tomorrow 9am", "2027-03-02 09:00"],
    ["Friday", "2027-03-05 23:59"],
    ["fri 17:00", "2027-03-05 17:00"],
    ["mon", "2027-03-08 23:59"],
    ["eom", "2027-03-31 23:59"],
    ["2027-03-05T12:00", "2027-03-05 12:00"],
  ])("reads %j as %s, local time", (text, moment) => {
    expect(local(text)).toBe(moment);
  });

  it.each([
    ["3d", "2027-03-04T"],
    ["2 weeks", "2027-03-15T"],
    ["fri", "2027-03-05T"],
  ])("reads %j as ahead where nothing else makes sense", (text, day) => {
    expect(parseAhead(text, NOW, "start", "defer_until").startsWith(day)).toBe(true);
    if (/^\d/.test(text)) expect(() => parseMoment(text, NOW, "start", "created")).toThrow("is no date");
  });

  it("says of next friday what friday means, and names the field as its flag", () => {
    const thrown = (() => {
      try {
        return parseMoment("next friday", NOW, "end", "due_at");
      } catch (error) {
        return error as Error & { hint: string; field: string };
      }
    })();
    expect(thrown).toMatchObject({ message: 'due: "next friday" is no date that is understood.', field: "due_at" });
    expect(thrown).toMatchObject({ hint: expect.stringContaining("just:  friday") });
  });

  it("reads a day as its beginning where that is meant", () => {
    expect(local("2027-03-05", "start")).toBe("2027-03-05 00:00");
  });

  it("keeps a zone that is given", () => {
    expect(parseMoment("2027-03-05T12:00:00+02:00", NOW, "end", "due_at")).toBe("2027-03-05T10:00:00.000Z");
    expect(parseMoment("2027-03-05T12:00:00Z", NOW, "end", "due_at")).toBe("2027-03-05T12:00:00.000Z");
  });

  it.each([
    "",
    "someday",
    "2027-02-30",
    "2027-13-01",
    "27-1-1",
    "+d",
    "tomorrow 25:00",
    "tomorrow 13pm",
    "fri 9",
    "2027-03-05Tnoon",
    "1969-01-01",
    "0075-01-01",
    "frog",
  ])("refuses %j", (text) => {
    expect(() => parseMoment(text, NOW, "end", "due_at")).toThrow(
      expect.objectContaining({ code: "INVALID_DATE", field: "due_at" }),
    );
  });
});
