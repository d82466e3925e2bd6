// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.document.ServiceDocument;
import io.cairn.service.FactoryService;
import io.cairn.service.ServiceHost;
import io.cairn.service.StatefulService;
import io.cairn.testkit.HostSetup;
import io.cairn.testkit.HttpProbe;
import io.cairn.testkit.RawConnection;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Three nodes with little memory and few descriptors, of which one is attacked: it lives and goes
 * on serving others, and a member that was killed comes back meanwhile.
 */
@Tag("process")
class HostileLoadsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String HEAP = "-Xmx512m";
  private static final int DESCRIPTORS = 500;
  private static final int ATTACKED = 0;
  private static final int KILLED = 2;
  private static final int PROBES = 10;

  /** Under which loads a member is killed: each takes seconds. */
  private static final Set<HostileLoad> KILLS_UNDER =
      Boolean.getBoolean("cairn.hostile.kills")
          ? EnumSet.allOf(HostileLoad.class)
          : EnumSet.of(HostileLoad.RESET_LISTINGS, HostileLoad.SILENT_PEERS);

  /** Warnings and errors of the attacked node that are no flood: some for each load. */
  private static final int MOST_COMPLAINTS = 100;

  @TempDir static Path directory;

  private static ProcessCluster cluster;
  private static String probed;

  private final AtomicBoolean over = new AtomicBoolean();
  private final List<Thread> clients = new ArrayList<>();
  private final Set<String> heard = ConcurrentHashMap.newKeySet();

  /** The document. */
  public static final class Note extends ServiceDocument {
    public @Nullable String text;
    public Map<String, String> values = new HashMap<>();
  }

  /** What is attacked: it takes patches of all forms. */
  public static final class Notes extends StatefulService {
    /** As the host makes it. */
    public Notes() {
      super(Note.class);
      toggleOption(ServiceOption.PERSISTENCE, true);
      toggleOption(ServiceOption.REPLICATION, true);
      toggleOption(ServiceOption.OWNER_SELECTION, true);
    }
  }

  /** Starts what is attacked. */
  public static final class Setup implements HostSetup {
    @Override
    public void startServices(ServiceHost host) {
      host.startFactory(() -> FactoryService.create(Notes.class, Note.class), HostileLoad.FACTORY);
    }
  }

  @BeforeAll
  static void start() throws IOException {
    cluster =
        ProcessCluster.of(3, Setup.class, directory)
            .jvmOption(HEAP)
            .jvmOption("-XX:+ExitOnOutOfMemoryError")
            .withDescriptors(DESCRIPTORS)
            .build()
            .start();
    cluster.awaitGroup(HostileLoad.FACTORY, PATIENCE);
    try (HttpProbe http = new HttpProbe(cluster.uri(ATTACKED))) {
      create(http, "victim", "v");
      String long30K = "lorem ipsum ".repeat(2_500);
      for (int i = 0; i < 300; i++) {
        create(http, "long" + i, i + long30K); // nine megabytes in all
      }
      assertThat(http.get(HostileLoad.LISTING).text()).hasSizeGreaterThan(9_000_000);
      int number = 0;
      do {
        probed = HostileLoad.FACTORY + "/probed" + ++number;
        create(http, "probed" + number, "p");
      } while (cluster.ownerOf(probed) != ATTACKED); // whose owner is not killed
    }
  }

  private static void create(HttpProbe http, String name, String text) throws IOException {
    String body = "{\"documentSelfLink\":\"%s\",\"text\":\"%s\"}".formatted(name, text);
    assertThat(http.post(HostileLoad.FACTORY, body).status()).isEqualTo(200);
  }

  @AfterAll
  static void close() {
    cluster.close();
  }

  @AfterEach
  void endAttack() throws InterruptedException {
    over.set(true);
    for (Thread client : clients) {
      client.join();
    }
  }

  @ParameterizedTest
  @EnumSource(HostileLoad.class)
  void othersAreServedAndKilledMemberComesBackMeanwhile(HostileLoad load) throws Exception {
    long attacked = cluster.host(ATTACKED).pid();
    AtomicInteger rounds = attack(load);
    await().atMost(PATIENCE).until(() -> rounds.get() > 0);

    AtomicLong worst = new AtomicLong();
    AtomicInteger served = serveAnother(worst);
    if (KILLS_UNDER.contains(load)) {
      cluster.kill9(KILLED);
      cluster.restart(KILLED);
      await().atMost(PATIENCE).until(HostileLoadsTest::isKilledMemberBack);
    }
    await().atMost(PATIENCE).until(() -> served.get() >= PROBES);
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(heard).contains(load.status()));

    endAttack();
    System.out.printf(
        "%s: %d rounds (%s), %d requests of another client, the slowest took %d ms%n",
        load, rounds.get(), heard, served.get(), worst.get());
    assertThat(cluster.host(ATTACKED).isAlive()).as(cluster.logs()).isTrue();
    assertThat(cluster.host(ATTACKED).pid()).isEqualTo(attacked);
    assertThat(complaints()).as(cluster.logs()).isLessThan(MOST_COMPLAINTS);
  }

  private AtomicInteger attack(HostileLoad load) {
    AtomicInteger rounds = new AtomicInteger();
    for (int i = 0; i < load.clients(); i++) {
      // What keeps the killed node out must keep it out everywhere.
      URI target = cluster.uri(load == HostileLoad.SILENT_PEERS ? i % 2 : ATTACKED);
      clients.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    while (!over.get()) {
                      try {
                        heard.add(load.round(target));
                      } catch (IOException e) {
                        // The host had enough of it, as it may.
                      }
                      rounds.incrementAndGet();
                    }
                  }));
    }
    return rounds;
  }

  /** Someone who needs a connection of his own for each request, and asks again when refused. */
  private AtomicInteger serveAnother(AtomicLong worstMillis) {
    AtomicInteger served = new AtomicInteger();
    String request =
        "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".formatted(probed);
    clients.add(
        Thread.ofPlatform()
            .start(
                () -> {
                  long since = System.nanoTime();
                  while (!over.get()) {
                    if (answer(request).startsWith("HTTP/1.1 200")) {
                      long now = System.nanoTime();
                      worstMillis.accumulateAndGet((now - since) / 1_000_000, Math::max);
                      since = now;
                      served.incrementAndGet();
                    }
                  }
                }));
    return served;
  }

  private static String answer(String request) {
    try (RawConnection connection = new RawConnection(cluster.uri(ATTACKED))) {
      return connection.send(request).readAll(PATIENCE);
    } catch (IOException e) {
      return "refused: " + e;
    }
  }

  private static boolean isKilledMemberBack() {
    try (HttpProbe http = new HttpProbe(cluster.uri(KILLED))) {
      return http.get("/core/health/ready").status() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  private static long complaints() throws IOException {
    try (Stream<String> lines = Files.lines(directory.resolve("node-" + ATTACKED + ".log"))) {
      return lines.filter(line -> line.contains(" WARN ") || line.contains(" ERROR ")).count();
    }
  }
}
