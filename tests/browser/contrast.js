// Every piece of text whose contrast with what lies behind it is too low, by WCAG 2.1, 1.4.3.
() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data].map((part, at) => (at < 3 ? part : part / 255));
  };
  const over = (top, under) => top.slice(0, 3).map((part, at) => part * top[3] + under[at] * (1 - top[3]));
  const light = (colour) => {
    const [r, g, b] = colour.map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  // All the colours that may lie behind an element: plain ones, and the stops of a gradient.
  const behind = (element) => {
    if (!element) return [rgba("white").slice(0, 3)];
    const style = getComputedStyle(element);
    const plain = rgba(style.backgroundColor);
    const under = plain[3] === 1 ? [plain.slice(0, 3)] : behind(element.parentElement).map((one) => over(plain, one));
    const stops = (style.backgroundImage.match(/linear-gradient\(.*\)/)?.[0] ?? "").match(/rgba?\([^)]*\)/g) ?? [];
    return [...under, ...stops.map((stop) => over(rgba(stop), under[0]))];
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.data.trim() || ["SCRIPT", "STYLE"].includes(element.tagName)) continue;
    const style = getComputedStyle(element);
    if (style.display === "none" || style.visibility === "hidden" || !element.getClientRects().length) continue;
    const size = parseFloat(style.fontSize);
    const needed = size >= 24 || (size >= 18.66 && style.fontWeight >= 700) ? 3 : 4.5;
    for (const ground of behind(element)) {
      const [one, other] = [light(over(rgba(style.color), ground)), light(ground)];
      const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
      if (contrast < needed) found.push(`${contrast.toFixed(2)} < ${needed}: ${node.data.trim().slice(0, 40)}`);
    }
  }
  return found;
}
