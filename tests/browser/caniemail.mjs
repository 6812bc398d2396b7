// What of a mail the programs that most readers use do not show: "program<TAB>feature" a line.
import { readFileSync } from "node:fs";
import { caniemail } from "caniemail";

const clients = ["gmail.*", "apple-mail.*", "outlook.outlook-com"];
const { issues } = caniemail({ clients, html: readFileSync(process.argv[2], "utf8") });
for (const [client, found] of issues.errors) {
  for (const one of found) console.log(`${client}\t${one.title}`);
}
