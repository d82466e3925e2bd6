// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.cairn.cluster.log.LogCorruptedException;
import io.cairn.cluster.log.SimulatedFileSystem;
import io.cairn.cluster.raft.RaftReplicationNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NodeFailureTest {

  private static final Path DIRECTORY = Path.of("/log");
  private static final ReplicationOptions OPTIONS =
      ReplicationOptions.defaults()
          .with(
              it ->
                  it.segmentBytes(1 << 17)
                      .maxCommandBytes(1 << 16)
                      .snapshotEntries(500)
                      .snapshotBytes(1 << 20));

  private final SimulatedFileSystem files = new SimulatedFileSystem();
  private final LinkedBlockingQueue<Throwable> fatal = new LinkedBlockingQueue<>();
  private final Map<String, Boolean> acknowledged = new ConcurrentHashMap<>();

  private ReplicationNode open(ReplicationOptions options) throws IOException {
    ReplicationNode node =
        RaftReplicationNode.open(
            DIRECTORY,
            options,
            ReplicationEnvironment.system(System::nanoTime)
                .withFiles(files.process())
                .withRandom(new Random(5)));
    node.onFatal(fatal::add);
    return node;
  }

  private CompletableFuture<Applied> propose(ReplicaSet group, String command) {
    return group
        .propose(command.getBytes(UTF_8), null)
        .whenComplete((_, failure) -> acknowledged.put(command, failure == null));
  }

  private static Throwable failureOf(CompletableFuture<?> future) {
    Throwable failure = future.handle((_, f) -> f).orTimeout(30, TimeUnit.SECONDS).join();
    return failure instanceof CompletionException ? failure.getCause() : failure;
  }

  private void expectAcknowledgedInOrder(List<String> found, List<String> proposed) {
    assertThat(found).isEqualTo(proposed.subList(0, found.size()));
    for (String command : proposed) {
      if (acknowledged.getOrDefault(command, false)) {
        assertThat(found).contains(command);
      }
    }
  }

  @Test
  void everythingAcknowledgedSurvivesPowerFailureInAnyState() throws Exception {
    for (int seed = 0; seed < 20; seed++) {
      files.segments().forEach(files::remove);
      acknowledged.clear();
      ReplicationNode node = open(OPTIONS);
      ReplicaSet group = node.createOrResumeReplicaSet("g", new RecordingMachine());
      List<String> proposed = IntStream.range(0, 1500).mapToObj(i -> "c" + i).toList();
      CompletableFuture<?> middle = null;
      for (String command : proposed) {
        CompletableFuture<Applied> future = propose(group, command);
        middle = command.equals("c" + seed * 50) ? future : middle;
      }
      middle.join();
      Map<String, Boolean> before = Map.copyOf(acknowledged);
      files.losePower(new Random(seed));
      node.close();
      acknowledged.keySet().removeIf(command -> !before.containsKey(command));
      RecordingMachine machine = new RecordingMachine();
      try (ReplicationNode reopened = open(OPTIONS)) {
        reopened.createOrResumeReplicaSet("g", machine);
        expectAcknowledgedInOrder(machine.applied, proposed);
      }
    }
  }

  @Test
  void failedFsyncFailsTheNodeForGood() throws Exception {
    ReplicationNode node = open(OPTIONS);
    ReplicaSet group = node.createOrResumeReplicaSet("g", new RecordingMachine());
    propose(group, "first").join();
    files.failForces("Input/output error");
    Throwable pending = failureOf(propose(group, "second"));
    assertThat(pending)
        .isInstanceOfAny(OutcomeUnknownException.class, ReplicaSetStoppedException.class);
    assertThat(fatal.poll(10, TimeUnit.SECONDS)).hasMessage("Input/output error");
    files.failForces(null);
    assertThat(failureOf(propose(group, "third"))).isInstanceOf(ReplicaSetStoppedException.class);
    assertThat(group.leadership()).isNull();
    assertThat(group.isStopped()).isTrue();
    node.close();
    assertThat(fatal).isEmpty();
    files.losePower(new Random(3));
    RecordingMachine machine = new RecordingMachine();
    try (ReplicationNode reopened = open(OPTIONS)) {
      reopened.createOrResumeReplicaSet("g", machine);
      assertThat(machine.applied).startsWith("first").doesNotContain("third");
    }
  }

  @Test
  void brokenDiskFailsTheNodeAndLosesNothingAcknowledged() throws Exception {
    ReplicationNode node = open(OPTIONS);
    ReplicaSet group = node.createOrResumeReplicaSet("g", new RecordingMachine());
    files.failAllocations("Input/output error");
    List<String> proposed = new ArrayList<>();
    while (fatal.isEmpty() && proposed.size() < 50_000) {
      String command = proposed.size() + "x".repeat(400);
      proposed.add(command);
      failureOf(propose(group, command));
    }
    assertThat(fatal.poll()).hasMessageContaining("Input/output error");
    node.close();
    files.crash();
    RecordingMachine machine = new RecordingMachine();
    try (ReplicationNode reopened = open(OPTIONS)) {
      ReplicaSet resumed = reopened.createOrResumeReplicaSet("g", machine);
      expectAcknowledgedInOrder(machine.applied, proposed);
      propose(resumed, "after").join();
    }
  }

  @Test
  void stateMachineThatThrowsFailsTheNode() throws Exception {
    try (ReplicationNode node = open(OPTIONS)) {
      ReplicaSet group = node.createOrResumeReplicaSet("g", new RecordingMachine());
      assertThat(failureOf(propose(group, "throw this")))
          .isInstanceOf(OutcomeUnknownException.class);
      assertThat(fatal.poll(10, TimeUnit.SECONDS))
          .hasMessageContaining("group g")
          .hasRootCauseMessage("throw this");
      assertThat(failureOf(propose(group, "next"))).isInstanceOf(ReplicaSetStoppedException.class);
    }
  }

  @Test
  void tooManyProposalsInFlightAreRefused() throws Exception {
    try (ReplicationNode node =
        open(OPTIONS.with(it -> it.maxInFlight(10).maxInFlightBytes(1 << 20)))) {
      RecordingMachine machine = new RecordingMachine();
      ReplicaSet group = node.createOrResumeReplicaSet("g", machine);
      machine.gate = new CountDownLatch(1);
      List<CompletableFuture<Applied>> taken = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        taken.add(propose(group, "c" + i));
      }
      assertThat(failureOf(propose(group, "one more"))).isInstanceOf(OverloadedException.class);
      machine.gate.countDown();
      taken.forEach(CompletableFuture::join);
      propose(group, "again").join();
      assertThat(machine.applied).hasSize(11).doesNotContain("one more");
    }
  }

  @Test
  void closeUnderLoadAnswersEverythingAndKeepsWhatWasAcknowledged() throws Exception {
    ReplicationNode node = open(OPTIONS);
    ReplicaSet group = node.createOrResumeReplicaSet("g", new RecordingMachine());
    List<String> proposed = new ArrayList<>();
    List<CompletableFuture<Applied>> futures = new ArrayList<>();
    CountDownLatch running = new CountDownLatch(3000);
    Thread load =
        Thread.ofVirtual()
            .start(
                () -> {
                  for (int i = 0; i < 6000; i++) {
                    proposed.add("c" + i);
                    futures.add(propose(group, "c" + i));
                    running.countDown();
                  }
                });
    running.await();
    node.close();
    load.join();
    for (CompletableFuture<Applied> future : futures) {
      Throwable failure = failureOf(future);
      if (failure != null) {
        assertThat(failure).isInstanceOf(ReplicationException.class);
      }
    }
    RecordingMachine machine = new RecordingMachine();
    try (ReplicationNode reopened = open(OPTIONS)) {
      reopened.createOrResumeReplicaSet("g", machine);
      List<String> accepted = new ArrayList<>(proposed);
      accepted.retainAll(machine.applied);
      assertThat(machine.applied).isEqualTo(accepted);
      acknowledged.forEach(
          (command, done) -> {
            if (done) {
              assertThat(machine.applied).contains(command);
            }
          });
    }
    assertThat(fatal).isEmpty();
  }

  @Test
  void logStaysShortWhenStoresAreDurable() throws Exception {
    try (ReplicationNode node = open(OPTIONS)) {
      RecordingMachine busy = new RecordingMachine();
      busy.durableOnRequest = true;
      RecordingMachine quiet = new RecordingMachine();
      quiet.durableOnRequest = true;
      propose(node.createOrResumeReplicaSet("quiet", quiet), "still here").join();
      ReplicaSet group = node.createOrResumeReplicaSet("busy", busy);
      List<String> commands = new ArrayList<>();
      for (int i = 0; i < 5000; i++) {
        commands.add(i + "x".repeat(300));
      }
      ReplicationNodeTest.proposeAll(group, commands);
      await().atMost(30, TimeUnit.SECONDS).until(() -> files.segments().size() <= 3);
    }
    assertThatThrownBy(() -> resume("busy", new RecordingMachine()))
        .isInstanceOf(ReplicaDamagedException.class)
        .hasMessageContaining("needed");
  }

  @Test
  void storeAheadOfTheLogIsRefused() throws Exception {
    assertThatThrownBy(() -> resume("g", new RecordingMachine(17)))
        .isInstanceOf(LogCorruptedException.class)
        .hasMessageContaining("17");
  }

  private void resume(String group, RecordingMachine machine) throws IOException {
    try (ReplicationNode node = open(OPTIONS)) {
      node.createOrResumeReplicaSet(group, machine);
    }
  }
}
