/**
 * Asks by Windows PowerShell, which comes with Windows.
 *
 * @module
 */

import { Secret } from "../credentials.ts";
import { brokenBy, type WindowProgram, windowTitle, withoutLineEnd } from "./window.ts";

/** What the script ends with when it could ask nobody, was cancelled, or nobody answered. */
const ends = { nobody: 3, cancelled: 4, over: 5 };

/** Texts are variables of the environment, and never a part of it. */
const script = `
$ErrorActionPreference = 'Stop'
if (-not [Environment]::UserInteractive) { exit ${ends.nobody} }
Add-Type -AssemblyName System.Windows.Forms, System.Drawing
[Console]::OutputEncoding = New-Object System.Text.UTF8Encoding $false
$form = New-Object System.Windows.Forms.Form
$form.Text = $env:STSMFA_WINDOW_TITLE
$form.FormBorderStyle = 'FixedDialog'
$form.StartPosition = 'CenterScreen'
$form.MaximizeBox = $false
$form.MinimizeBox = $false
$form.TopMost = $true
$form.AutoSize = $true
$form.AutoSizeMode = 'GrowAndShrink'
$rows = New-Object System.Windows.Forms.FlowLayoutPanel
$rows.FlowDirection = 'TopDown'
$rows.WrapContents = $false
$rows.AutoSize = $true
$rows.Padding = New-Object System.Windows.Forms.Padding 12
$label = New-Object System.Windows.Forms.Label
$label.UseMnemonic = $false
$label.AutoSize = $true
$label.Text = $env:STSMFA_WINDOW_TEXT
$box = New-Object System.Windows.Forms.TextBox
$box.UseSystemPasswordChar = $true
$box.Width = 240
$ok = New-Object System.Windows.Forms.Button
$ok.Text = 'OK'
$ok.DialogResult = 'OK'
$cancel = New-Object System.Windows.Forms.Button
$cancel.Text = 'Cancel'
$cancel.DialogResult = 'Cancel'
$buttons = New-Object System.Windows.Forms.FlowLayoutPanel
$buttons.AutoSize = $true
$buttons.Controls.AddRange(@($ok, $cancel))
$rows.Controls.AddRange(@($label, $box, $buttons))
$form.Controls.Add($rows)
$form.AcceptButton = $ok
$form.CancelButton = $cancel
$form.Add_Shown({ $form.Activate(); [void]$box.Focus() })
$timer = New-Object System.Windows.Forms.Timer
$timer.Interval = 1000 * [int]$env:STSMFA_WINDOW_SECONDS
$timer.Add_Tick({ $timer.Stop(); $form.DialogResult = 'Abort' })
$timer.Start()
$result = $form.ShowDialog()
if ($result -eq 'Abort') { exit ${ends.over} }
if ($result -ne 'OK') { exit ${ends.cancelled} }
[Console]::Out.Write('answer:' + $box.Text)
exit 0
`;

export const powershell: WindowProgram = {
  name: "powershell",
  files: ["powershell.exe"],
  command: (file, { lines, seconds }) => ({
    argv: [file, "-NoLogo", "-NoProfile", "-STA", "-EncodedCommand", encodedScript()],
    env: {
      STSMFA_WINDOW_TITLE: windowTitle,
      STSMFA_WINDOW_TEXT: lines.join("\r\n"),
      STSMFA_WINDOW_SECONDS: `${seconds}`,
    },
    stdin: new Secret(""),
  }),
  answer: (end) => {
    const { exitStatus, stdout } = end;
    if (exitStatus === ends.cancelled) return { kind: "cancelled" };
    if (exitStatus === ends.over) return { kind: "over" };
    const text = withoutLineEnd(stdout.replace(/^\ufeff/, ""));
    if (exitStatus !== 0 || !text.startsWith("answer:")) return brokenBy(end);
    return { kind: "answered", text: text.slice("answer:".length) };
  },
};

/** As `-EncodedCommand` takes it: UTF-16 in Base64; the script has ASCII alone. */
function encodedScript(): string {
  return btoa(script.replace(/[^]/g, (character) => `${character}\0`));
}
