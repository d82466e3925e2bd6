// SPDX-License-Identifier: Apache-2.0
package io.cairn.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.launch.exit.HostExit;
import java.io.File;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An application as its author runs it: by its own main class, or as a jar by cairn start. */
@Timeout(180)
class ApplicationStartTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir static Path built;
  private static Path jar;

  @TempDir Path sandbox;
  private final HttpClient client = HttpClient.newHttpClient();

  @BeforeAll
  static void build() throws Exception {
    jar =
        new SourceJar(built.resolve("work"))
            .type(
                "shop.Shop",
                """
                public class Shop implements Application {
                  public record Order(String item, int count) {}

                  public static void main(String[] args) {
                    Cairn.run(args, new Shop());
                  }

                  @Override
                  public void configure(ApplicationSetup app) {
                    Supplier<Integer> limit = app.setting("orders.limit", 3, "orders at a time");
                    Supplier<String> fate = app.setting("fate", "good", "what happens");
                    app.serve(DocumentService.of(Order.class).persistent().replicated().at("/orders"));
                    app.endpoint("/limit", Service.Action.GET, request -> "limit " + limit.get());
                    app.endpoint("/loader", Service.Action.GET, request ->
                        Thread.currentThread().getContextClassLoader() == Shop.class.getClassLoader()
                            ? "mine" : "another");
                    app.onSettings(
                        () -> {
                          if (limit.get() < 0) throw new IllegalArgumentException("--orders.limit is less than 0");
                        });
                    app.onStart(
                        host -> {
                          if (fate.get().equals("wrong")) throw new AssertionError("no wheels");
                          if (fate.get().equals("slow")) {
                            System.out.println("shop opens");
                            new java.util.concurrent.CountDownLatch(1).await();
                          }
                          if (fate.get().equals("bad")) throw new IllegalStateException("no luck");
                          System.out.println("shop opened");
                        });
                    app.onStop(host -> System.out.println("shop closed"));
                  }
                }
                """)
            .jar(built.resolve("shop.jar"));
  }

  private String[] settings(String first, String... more) {
    return Stream.concat(
            Stream.of(first, jar.toString(), "--sandbox=" + sandbox), Arrays.stream(more))
        .toArray(String[]::new);
  }

  /** The application's main class, with the class path of this test. */
  private CairnProcess main(boolean logback, String... arguments) throws Exception {
    String classPath =
        jar
            + File.pathSeparator
            + Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> logback || !entry.contains("logback"))
                .filter(entry -> !Files.exists(Path.of(entry, "logback-test.xml")))
                .collect(Collectors.joining(File.pathSeparator));
    return CairnProcess.run("shop.Shop", classPath, Map.of(), List.of(), arguments);
  }

  private String get(URI host, String path) throws Exception {
    return client
        .send(HttpRequest.newBuilder(host.resolve(path)).build(), BodyHandlers.ofString())
        .body();
  }

  @Test
  void jarIsRunWithItsSettingsAndStopsInOrder() throws Exception {
    try (CairnProcess host = CairnProcess.run(settings("start", "--port=0", "--orders.limit=7"))) {
      assertThat(get(host.uri(), "/limit")).isEqualTo("limit 7");
      assertThat(get(host.uri(), "/loader")).isEqualTo("mine");
      assertThat(host.send(client, "POST", "/orders", "{\"item\":\"a\",\"count\":1}").statusCode())
          .isEqualTo(200);
      assertThat(host.send(client, "GET", "/core/examples", "").statusCode()).isEqualTo(404);
      assertThat(host.send(client, "GET", "/core/health/ready", "").statusCode()).isEqualTo(200);

      host.terminate();

      assertThat(host.exitCode()).isZero();
      assertThat(host.out())
          .containsSubsequence("shop opened", "listening on", "shop closed", "Cairn stopped");
      assertThat(host.err()).isEmpty();
    }
  }

  @Test
  void errorAtTheStartIsAFailureAndStopsInOrder() throws Exception {
    try (CairnProcess host = CairnProcess.run(settings("start", "--port=0", "--fate=wrong"))) {
      assertThat(host.exitCode()).isEqualTo(HostExit.FAILED);
      assertThat(host.err())
          .contains("failed at the start: AssertionError: no wheels (at shop.Shop.")
          .doesNotContain("\tat ");
      assertThat(host.out()).contains("shop closed");
    }
  }

  @Test
  void processThatIsToldToEndWhileItStartsStopsInOrder() throws Exception {
    try (CairnProcess host = CairnProcess.run(settings("start", "--port=0", "--fate=slow"))) {
      await().atMost(LIMIT).untilAsserted(() -> assertThat(host.outSoFar()).contains("shop opens"));
      host.terminate();
      assertThat(host.exitCode()).isZero();
      assertThat(host.out()).containsOnlyOnce("shop closed");
    }
  }

  @Test
  void jarRunsOnThreeHosts() throws Exception {
    int port = FreePorts.consecutive(3);
    try (CairnProcess hosts =
        CairnProcess.run(settings("start", "--nodes=3", "--port=" + port, "--orders.limit=9"))) {
      URI third = URI.create("http://127.0.0.1:" + (port + 2));
      await()
          .atMost(LIMIT)
          .untilAsserted(() -> assertThat(hosts.outSoFar()).contains("listening on " + third));
      await().atMost(LIMIT).until(() -> get(third, "/limit").equals("limit 9"));
      hosts.terminate();
      assertThat(hosts.exitCode()).isZero();
    }
  }

  @Test
  void configAndHelpShowTheSettingsOfAJar() throws Exception {
    try (CairnProcess config = CairnProcess.run(settings("config", "--orders.limit=8"));
        CairnProcess help = CairnProcess.run("start", jar.toString(), "--help")) {
      assertThat(config.exitCode()).isZero();
      assertThat(config.out().lines().filter(line -> line.startsWith("orders.limit")))
          .singleElement()
          .asString()
          .matches("orders\\.limit +8 +argument");
      assertThat(help.out())
          .startsWith("Usage: cairn start")
          .containsSubsequence(
              "Settings of the application:",
              "--orders.limit=COUNT",
              "orders at a time [3]",
              "Settings of the host:",
              "--port=PORT");
    }
  }

  @Test
  void mainRunsOnSeveralHosts() throws Exception {
    int port = FreePorts.consecutive(2);
    try (CairnProcess hosts =
        main(true, "--nodes=2", "--port=" + port, "--sandbox=" + sandbox, "--logFormat=json")) {
      URI second = URI.create("http://127.0.0.1:" + (port + 1));
      await()
          .atMost(LIMIT)
          .untilAsserted(() -> assertThat(hosts.outSoFar()).contains("listening on " + second));
      assertThat(get(second, "/limit")).isEqualTo("limit 3");
      hosts.terminate();
      assertThat(hosts.exitCode()).isZero();
    }
  }

  @Test
  void mainWithoutALoggingBackendSaysSoOnceAndStillTellsWhereItListens() throws Exception {
    try (CairnProcess host = main(false, "--port=0", "--sandbox=" + sandbox, "--logLevel=debug")) {
      assertThat(get(host.uri(), "/limit")).isEqualTo("limit 3");
      host.terminate();
      assertThat(host.exitCode()).isZero();
      assertThat(host.err().lines())
          .singleElement()
          .asString()
          .contains("add the dependency ch.qos.logback:logback-classic", "logLevel");
    }
  }

  @Test
  void mainTakesANodeSpecAndPrintsItsSettings() throws Exception {
    int port = FreePorts.consecutive(2);
    String spec = "1:one:true:localhost:" + port + ":" + (port + 1);
    try (CairnProcess node = main(true, "node", spec, "--sandbox=" + sandbox);
        CairnProcess config = main(true, "config", spec, "--orders.limit=5")) {
      assertThat(config.out()).containsPattern("orders\\.limit +5").containsPattern("id +one");
      assertThat(node.uri().getPort()).isEqualTo(port + 1);
    }
  }

  @Test
  void mistakesAreToldTogetherAndNothingIsStarted() throws Exception {
    try (CairnProcess host = main(true, "--orders.limt=1", "--port=x", "--sandbox=" + sandbox);
        CairnProcess refused = main(true, "--orders.limit=-1", "--sandbox=" + sandbox);
        CairnProcess unlucky =
            main(true, "--fate=bad", "--port=0", "--sandbox=" + sandbox.resolve("u"))) {
      assertThat(host.exitCode()).isEqualTo(HostExit.USAGE);
      assertThat(host.err())
          .contains("did you mean --orders.limit?", "--port is \"x\"", "java shop.Shop --help");
      assertThat(refused.exitCode()).isEqualTo(HostExit.USAGE);
      assertThat(refused.err()).isEqualTo("cairn: --orders.limit is less than 0\n");
      assertThat(unlucky.exitCode()).isEqualTo(HostExit.FAILED);
      assertThat(unlucky.err())
          .startsWith(
              "cairn: the application shop.Shop failed at the start: no luck (at shop.Shop.")
          .doesNotContain("\tat ");
      assertThat(sandbox.resolve("8000")).doesNotExist();
    }
  }

  @Test
  void fileThatIsNoApplicationEndsIt() throws Exception {
    try (CairnProcess host = CairnProcess.run("start", built.resolve("absent.jar").toString())) {
      assertThat(host.exitCode()).isEqualTo(HostExit.DATA_UNUSABLE);
      assertThat(host.err().lines()).singleElement().asString().contains("no jar or directory");
    }
  }
}
