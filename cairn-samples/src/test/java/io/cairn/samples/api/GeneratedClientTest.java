// SPDX-License-Identifier: Apache-2.0
package io.cairn.samples.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.cairn.testkit.TestHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A client that a generator has made of the document works. Needs Node.js and the npm registry; the
 * test says so and is skipped where they are not.
 */
class GeneratedClientTest {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final List<String> PACKAGES =
      List.of("@hey-api/openapi-ts@0.99.0", "typescript@5.9.3", "esbuild@0.28.2");

  private static final String PROGRAM =
      """
      import { createExample, deleteExample, getExample, listExamples, patchExample } from './out/index';
      import { client } from './out/client.gen';

      client.setConfig({ baseUrl: process.argv[2], throwOnError: true });
      const made = await createExample({ body: { documentSelfLink: 'generated', name: 'ann', counter: 1 } });
      const path = { id: 'generated' };
      console.log(made.data.documentSelfLink, made.data.documentVersion);
      console.log((await getExample({ path })).data.name);
      console.log((await patchExample({ path, body: { name: 'bob' } })).data.name);
      console.log((await listExamples({ query: { $filter: "name eq 'bob'", expand: true } })).data.documents['/core/examples/generated'].name);
      await deleteExample({ path });
      const gone = await getExample({ path, throwOnError: false });
      console.log(gone.response.status, gone.error.statusCode);
      """;

  @TempDir private Path directory;

  @Test
  void aGeneratedClientMakesReadsAndChangesADocument() throws Exception {
    Path tools = toolsDirectory();
    try (TestHost host = Shop.start()) {
      Files.writeString(
          directory.resolve("api.json"),
          host.http().get("/core/openapi?below=/core/examples").text());
      Files.writeString(directory.resolve("program.ts"), PROGRAM);
      run(
          0,
          tools.resolve("node_modules/.bin/openapi-ts").toString(),
          "-i",
          "api.json",
          "-o",
          "out");
      run(
          0,
          tools.resolve("node_modules/.bin/esbuild").toString(),
          "program.ts",
          "--bundle",
          "--platform=node",
          "--format=esm",
          "--outfile=program.mjs");
      assertThat(run(0, "node", "program.mjs", base(host)).lines())
          .containsExactly("/core/examples/generated 0", "ann", "bob", "bob", "404 404");
    }
  }

  private static String base(TestHost host) {
    String uri = host.uri().toString();
    return uri.endsWith("/") ? uri.substring(0, uri.length() - 1) : uri;
  }

  /** Installed once for a build: the packages stay below its directory. */
  private Path toolsDirectory() throws IOException, InterruptedException {
    Path tools = Path.of("target", "generators").toAbsolutePath();
    if (Files.exists(tools.resolve("node_modules/.bin/openapi-ts"))) {
      return tools;
    }
    Files.createDirectories(tools);
    Files.writeString(tools.resolve("package.json"), "{\"private\":true}");
    List<String> install =
        new java.util.ArrayList<>(
            List.of("npm", "install", "--no-audit", "--no-fund", "--prefer-offline"));
    install.addAll(PACKAGES);
    String failure = failureOf(tools, install);
    assumeThat(failure)
        .as("Node.js and the packages %s of the npm registry are needed: %s", PACKAGES, failure)
        .isEmpty();
    return tools;
  }

  private String failureOf(Path at, List<String> command) throws IOException, InterruptedException {
    Path said = directory.resolve("said");
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(at.toFile())
              .redirectErrorStream(true)
              .redirectOutput(said.toFile())
              .start();
      if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return "no end within " + LIMIT;
      }
      return process.exitValue() == 0 ? "" : Files.readString(said);
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private String run(int expected, String... command) throws IOException, InterruptedException {
    Path said = directory.resolve("output");
    Process process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    try {
      assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).as(Files.readString(said)).isEqualTo(expected);
    return Files.readString(said);
  }
}
