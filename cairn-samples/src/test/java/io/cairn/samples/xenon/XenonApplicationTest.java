// SPDX-License-Identifier: Apache-2.0
package io.cairn.samples.xenon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.testkit.HttpProbe;
import io.cairn.testkit.ProcessHost;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.runner.JUnitCore;
import org.junit.runner.Result;
import org.junit.runner.notification.Failure;
import tools.jackson.databind.JsonNode;

/**
 * An application as it is written for Xenon, host, services and JUnit 4 test, is rewritten by the
 * published script, compiled and run.
 */
class XenonApplicationTest {

  private static final Path APPLICATION = Path.of("src", "test", "resources", "xenon-application");
  private static final Path REWRITE = Path.of("..", "migration", "rewrite-imports.sh");
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir private static Path directory;
  private static Path classes;

  @BeforeAll
  static void rewriteAndCompile() throws Exception {
    Path sources = Files.createDirectory(directory.resolve("sources"));
    classes = Files.createDirectory(directory.resolve("classes"));
    List<Path> files = new ArrayList<>();
    try (Stream<Path> all = Files.walk(APPLICATION)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        assertThat(file).content().contains("com.vmware.xenon").contains("package shop");
        files.add(Files.copy(file, sources.resolve(file.getFileName())));
      }
    }
    Process rewrite =
        new ProcessBuilder("sh", REWRITE.toString(), sources.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(rewrite.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(rewrite.waitFor()).as(said).isZero();
    assertThat(files)
        .hasSizeGreaterThanOrEqualTo(10)
        .allSatisfy(file -> assertThat(file).content().doesNotContain("com.vmware.xenon"));

    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("-d", classes.toString(), "-cp", classPath(), "-proc:none"));
    files.forEach(file -> arguments.add(file.toString()));
    int compiled =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, arguments.toArray(String[]::new));
    assertThat(compiled).as("exit code of the compiler").isZero();
  }

  private static String classPath() {
    return System.getProperty("java.class.path");
  }

  @Test
  void itsHostServesFromItsMainUntilItIsToldToStop() throws Exception {
    int port = ProcessHost.freePort();
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--add-modules=jdk.incubator.vector",
                "-cp",
                classes + System.getProperty("path.separator") + classPath(),
                "shop.ShopHost",
                "--port=" + port,
                "--sandbox=" + directory.resolve("sandbox"),
                "--greeting=closed")
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("output").toFile())
            .start();
    try (HttpProbe http = new HttpProbe(URI.create("http://127.0.0.1:" + port))) {
      await()
          .atMost(LIMIT)
          .ignoreExceptionsInstanceOf(IOException.class)
          .until(() -> !process.isAlive() || http.get("/shop/turnover").isSuccess());
      JsonNode order = http.post("/shop/orders", "{\"customer\": \"jane\", \"amount\": 7}").json();
      assertThat(order.path("documentSelfLink").asString("")).startsWith("/shop/orders/jane-");
      assertThat(order.path("status").asString("")).isEqualTo("OPEN");
      assertThat(http.post("/shop/orders", "{}").status()).isEqualTo(400);
      assertThat(http.get("/shop/turnover").json().path("amount").asLong()).isEqualTo(7);
      assertThat(http.delete("/core/management").isSuccess()).isTrue();
      assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(directory.resolve("output")).content().contains("The shop is closed");
    } finally {
      process.destroyForcibly();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"shop.ShopTest", "shop.StaffTest"})
  void itsTestsPass(String test) throws Exception {
    try (URLClassLoader loader = new URLClassLoader(new URL[] {classes.toUri().toURL()})) {
      Result result = new JUnitCore().run(loader.loadClass(test));

      assertThat(result.getFailures()).extracting(Failure::getTrace).isEmpty();
      assertThat(result.getRunCount()).isEqualTo(3);
    }
  }
}
