import assert from "node:assert/strict";
import { test } from "node:test";
import { Fault } from "../stack/fault.ts";
import { chooseFiles, type HubFile, parseModelRef, quantisationOf } from "./model-ref.ts";

const hub = (repository: string, wanted?: string, revision = "main") => ({ kind: "hub", repository, revision, wanted });

test("a repository may be named in all the ways in which people do", () => {
  assert.deepEqual(parseModelRef("Qwen/Qwen3-0.6B-GGUF"), hub("Qwen/Qwen3-0.6B-GGUF"));
  assert.deepEqual(parseModelRef("hf:Qwen/Qwen3-0.6B-GGUF:Q8_0"), hub("Qwen/Qwen3-0.6B-GGUF", "Q8_0"));
  assert.deepEqual(parseModelRef("hf:a/b@v1.2:x.gguf"), hub("a/b", "x.gguf", "v1.2"));
  assert.deepEqual(parseModelRef("hf:a/b/sub/x.gguf"), hub("a/b", "sub/x.gguf"));
  assert.deepEqual(parseModelRef("https://huggingface.co/a/b"), hub("a/b"));
  assert.deepEqual(parseModelRef("https://huggingface.co/a/b/blob/main/x.gguf"), hub("a/b", "x.gguf"));
});

test("an address and a file are what they look like", () => {
  const url = "https://models.example.com/y/x.gguf?signed=1";
  assert.deepEqual(parseModelRef(url), { kind: "url", url, fileName: "x.gguf" });
  for (const path of ["./x.gguf", "/data/x.gguf", "~/x.gguf", "x.gguf", "models/x.gguf"]) {
    assert.deepEqual(parseModelRef(path), { kind: "file", path });
  }
});

test("what names no model is refused, and no name leads out of the folder", () => {
  const refused = ["", "qwen", "a/b/c", "hf:a/b:", "a/b@:Q4_0", "https://x.com/", "https://x.com/a.zip"];
  for (const ref of [...refused, "https://x.com/..%2f..%2fetc%2fx.gguf", "https://x.com/.gguf", "hf:a/b@../c?d"]) {
    assert.throws(
      () => parseModelRef(ref),
      (error) => error instanceof Fault && error.code === "invalid_value",
      ref,
    );
  }
});

const file = (path: string): HubFile => ({ path, bytes: 1, sha256: undefined });
const paths = (files: readonly HubFile[]) => files.map(({ path }) => path);

test("without a wish about four bits are taken, never a projector", () => {
  const files = ["README.md", "mmproj-F16.gguf", "m-Q8_0.gguf", "m-Q4_K_M.gguf", "m-F16.gguf"].map(file);
  assert.deepEqual(paths(chooseFiles(files, undefined, "a/b")), ["m-Q4_K_M.gguf"]);
  assert.deepEqual(paths(chooseFiles([file("odd.gguf")], undefined, "a/b")), ["odd.gguf"]);
});

test("a quantisation is matched whole, a file by its name or path", () => {
  const files = ["x/m-Q4_K.gguf", "m.Q4_K_M.gguf", "m-q8_0.gguf"].map(file);
  assert.deepEqual(paths(chooseFiles(files, "q4_k", "a/b")), ["x/m-Q4_K.gguf"]);
  assert.deepEqual(paths(chooseFiles(files, "Q8_0", "a/b")), ["m-q8_0.gguf"]);
  assert.deepEqual(paths(chooseFiles(files, "m-Q4_K.gguf", "a/b")), ["x/m-Q4_K.gguf"]);
  assert.throws(() => chooseFiles(files, "Q2_K", "a/b"), /has no Q2_K.*Q4_K, Q4_K_M, Q8_0: write a\/b:Q4_K/);
});

test("a split model is all its parts, in order, or nothing", () => {
  const part = (index: number) => file(`Q4_K_M/m-Q4_K_M-0000${index}-of-00003.gguf`);
  const whole = [part(2), part(3), part(1), file("m-Q8_0.gguf")];
  assert.deepEqual(paths(chooseFiles(whole, undefined, "a/b")), paths([part(1), part(2), part(3)]));
  assert.throws(() => chooseFiles(whole.slice(1), "Q4_K_M", "a/b"), /2 of the 3 parts/);
});

test("a file's name tells its quantisation", () => {
  assert.equal(quantisationOf("dir/gemma-3-1b-it-UD-Q4_K_XL.gguf"), "Q4_K_XL");
  assert.equal(quantisationOf("gpt-oss-20b-mxfp4.gguf"), "MXFP4");
  assert.equal(quantisationOf("tokenworks-tiny.gguf"), undefined);
});
