// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.document.ServiceDocumentQueryResult;
import io.cairn.service.FactoryService;
import io.cairn.service.ServiceHost;
import io.cairn.service.StatefulService;
import io.cairn.service.uri.ServiceUriPaths;
import io.cairn.testkit.Answer;
import io.cairn.testkit.HttpProbe;
import io.cairn.testkit.LedgerService;
import io.cairn.testkit.LedgerService.LedgerState;
import io.cairn.testkit.LoadRecorder;
import io.cairn.testkit.Outcome;
import io.cairn.testkit.RecordedRequest;
import io.cairn.testkit.TestHost;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A group of three is backed up while it is written to, and restored into groups of other sizes.
 */
class BackupOfClusterTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String KIND =
      "com:vmware:xenon:services:common:ServiceHostManagementService:";
  private static final String EVERYWHERE = LedgerService.FACTORY_LINK;
  private static final String ONE_COPY = "/test/single-ledgers";
  private static final int LEDGERS = 40;
  private static final int ENOUGH = 200;

  @TempDir Path places;

  /** Makes ledgers of which one node alone has a copy. */
  public static final class OneCopyFactory extends FactoryService {
    @SuppressWarnings("unused") // Read by reflection.
    public static final String SELF_LINK = ONE_COPY;

    /** Found by its class. */
    public OneCopyFactory() {
      super(LedgerState.class);
      setPeerNodeSelectorPath(ServiceUriPaths.DEFAULT_1X_NODE_SELECTOR);
    }

    @Override
    public StatefulService createServiceInstance() {
      return new LedgerService();
    }
  }

  private static void startServices(ServiceHost host) {
    host.startFactory(new LedgerService());
    host.startService(new OneCopyFactory());
  }

  @Test
  void backupUnderLoadIsTheStateAtItsBoundary() throws Exception {
    List<RecordedRequest> before;
    Map<String, LedgerState> source;
    try (TestCluster three =
        TestCluster.start(3, BackupOfClusterTest::startServices, arguments -> {})) {
      three.awaitGroup(EVERYWHERE);
      three.awaitGroup(ONE_COPY);
      HttpProbe http = three.host(0).http();
      for (int i = 0; i < LEDGERS; i++) {
        create(http, link(i));
      }
      backUp(http); // what the next one shares files with
      LoadRecorder load = new LoadRecorder(three.host(1).http(), 1_000_000);
      load.start(4, BackupOfClusterTest::write);
      await().atMost(LIMIT).until(() -> load.size() > ENOUGH);
      before = load.with(Outcome.ACKNOWLEDGED).toList();
      backUp(http);
      int then = load.size();
      await().atMost(LIMIT).until(() -> load.size() > then + ENOUGH);
      load.stop();
      source = documents(http);
    }

    Map<String, LedgerState> restored;
    try (TestHost one =
        TestHost.builder()
            .arguments(arguments -> arguments.partitions = 3)
            .services(BackupOfClusterTest::startServices)
            .start()) {
      restore(one.http());
      restored = documents(one.http());
      assertThat(one.http().patch(link(0), "{\"mark\":\"after\"}").status()).isEqualTo(200);
    }
    assertIsStateAtBoundary(restored, source, before);

    try (TestCluster other =
        TestCluster.start(
            3, BackupOfClusterTest::startServices, arguments -> arguments.partitions = 5)) {
      other.awaitGroup(EVERYWHERE);
      other.awaitGroup(ONE_COPY);
      restore(other.host(2).http());
      other.awaitGroup(EVERYWHERE);
      other.awaitGroup(ONE_COPY);
      assertSame(documents(other.host(0).http()), restored);
    }
  }

  private static String link(int number) {
    return (number % 2 == 0 ? EVERYWHERE : ONE_COPY) + "/l" + number;
  }

  private static void create(HttpProbe http, String link) throws IOException {
    Answer answer =
        http.post(
            link.substring(0, link.lastIndexOf('/')),
            "{\"mark\":\"birth\",\"documentSelfLink\":\"%s\"}".formatted(link));
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
  }

  private static void write(LoadRecorder.Session session) {
    String mark = session.nextMark();
    String link = link(Math.floorMod(mark.hashCode(), LEDGERS));
    session.send("PATCH", link, link, mark, "{\"mark\":\"%s\"}".formatted(mark));
  }

  private void backUp(HttpProbe http) throws IOException {
    Answer answer =
        http.patch(
            "/core/management",
            "{\"kind\":\"%sBackupRequest\",\"backupType\":\"DIRECTORY\",\"destination\":\"%s\"}"
                .formatted(KIND, places.toUri()));
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
  }

  private void restore(HttpProbe http) throws IOException {
    Answer answer =
        http.patch(
            "/core/management",
            "{\"kind\":\"%sRestoreRequest\",\"destination\":\"%s\"}"
                .formatted(KIND, places.toUri()));
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
  }

  private static Map<String, LedgerState> documents(HttpProbe http) throws IOException {
    Map<String, LedgerState> all = new TreeMap<>();
    for (String factory : List.of(EVERYWHERE, ONE_COPY)) {
      for (String link : http.get(factory).as(ServiceDocumentQueryResult.class).documentLinks) {
        all.put(link, http.get(link).as(LedgerState.class));
      }
    }
    assertThat(all).hasSize(LEDGERS);
    return all;
  }

  /** Each document is as it was at some version, which has all that was acknowledged before. */
  private static void assertIsStateAtBoundary(
      Map<String, LedgerState> restored,
      Map<String, LedgerState> source,
      List<RecordedRequest> before) {
    Map<String, List<String>> acknowledged = new TreeMap<>();
    before.forEach(
        request ->
            acknowledged
                .computeIfAbsent(request.link(), link -> new ArrayList<>())
                .add(request.mark()));
    assertThat(acknowledged).hasSizeGreaterThan(LEDGERS / 2);
    int written = 0;
    for (Map.Entry<String, LedgerState> each : restored.entrySet()) {
      LedgerState then = each.getValue();
      LedgerState now = source.getOrDefault(each.getKey(), new LedgerState());
      assertThat(then.marks).containsAll(acknowledged.getOrDefault(each.getKey(), List.of()));
      assertThat(then.marks).isEqualTo(now.marks.subList(0, then.marks.size()));
      assertThat(then.documentVersion).isEqualTo(then.marks.size() - 1);
      written += now.marks.size() - then.marks.size();
    }
    assertThat(written).as("updates after the boundary").isPositive();
  }

  private static void assertSame(
      Map<String, LedgerState> found, Map<String, LedgerState> expected) {
    assertThat(found.keySet()).isEqualTo(expected.keySet());
    found.forEach(
        (link, document) -> {
          LedgerState same = expected.getOrDefault(link, new LedgerState());
          if (!link.endsWith("/l0")) { // which was changed there since
            assertThat(document.marks).isEqualTo(same.marks);
            assertThat(document.documentVersion).isEqualTo(same.documentVersion);
            assertThat(document.documentUpdateTimeMicros).isEqualTo(same.documentUpdateTimeMicros);
            assertThat(document.documentEpoch).isEqualTo(same.documentEpoch);
          }
        });
  }
}
