// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.membership;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** On the real clock, with the real threads. */
class ListenerTest {

  private final ConcurrentMap<URI, BiConsumer<URI, byte[]>> wires = new ConcurrentHashMap<>();
  private final Queue<Membership> open = new ConcurrentLinkedQueue<>();

  private Membership member(int number) {
    URI self = VirtualCluster.address(number);
    MembershipTransport transport =
        new MembershipTransport() {
          @Override
          public URI self() {
            return self;
          }

          @Override
          public void send(URI peer, byte[] message) {
            BiConsumer<URI, byte[]> receiver = wires.get(peer);
            if (receiver != null) {
              receiver.accept(self, message);
            }
          }

          @Override
          public void receiver(BiConsumer<URI, byte[]> receiver) {
            wires.put(self, receiver);
          }
        };
    Membership membership =
        SwimMembership.create(
            "n" + number, "launch" + number, Map.of(), transport, MembershipSettings.defaults());
    membership.seeds(List.of(VirtualCluster.address(1), VirtualCluster.address(2)));
    open.add(membership);
    return membership;
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @AfterEach
  void closeAll() {
    open.forEach(Membership::close);
  }

  @Test
  void aListenerThatThrowsOrBlocksHarmsNeitherItsOwnLaterEventsNorOthers() throws Exception {
    CountDownLatch released = new CountDownLatch(1);
    Queue<String> thrower = new ConcurrentLinkedQueue<>();
    Queue<String> blocker = new ConcurrentLinkedQueue<>();
    Queue<String> calm = new ConcurrentLinkedQueue<>();
    Membership first = member(1);
    first.listener(
        event -> {
          thrower.add(VirtualCluster.word(event));
          throw new AssertionError("listener fails");
        });
    first.listener(
        event -> {
          awaitQuietly(released);
          blocker.add(VirtualCluster.word(event));
        });
    first.listener(event -> calm.add(VirtualCluster.word(event)));
    first.start();
    Membership second = member(2);
    second.start();
    await().atMost(10, SECONDS).until(() -> calm.contains("joined launch2"));
    second.leave().get(10, SECONDS);

    await().atMost(10, SECONDS).until(() -> calm.size() == 2 && thrower.size() == 2);
    assertThat(calm).containsExactly("joined launch2", "LEAVE launch2");
    assertThat(thrower).containsExactly("joined launch2", "LEAVE launch2");
    assertThat(blocker).isEmpty();
    released.countDown();
    await().atMost(10, SECONDS).until(() -> blocker.size() == 2);
  }

  @Test
  void lifeIsLivedOnce() {
    Membership membership = member(1);
    membership.start();
    assertThatThrownBy(membership::start).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> membership.listener(event -> {}))
        .isInstanceOf(IllegalStateException.class);
    membership.close();
    membership.close();
    assertThat(membership.leave()).isCompleted();
    assertThatThrownBy(membership::start).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void metadataBeyondTheirLimitAreRefusedAndChangeNothing() {
    Membership membership = member(1);
    assertThatThrownBy(() -> membership.updateMetadata(Map.of("k", "v".repeat(4096))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("maxMetadataBytes");
    assertThat(membership.self().metadata()).isEmpty();
  }

  @Test
  void aListenerThatIsFarTooSlowLosesEventsAndTheLossIsCounted() {
    Queue<Runnable> postponed = new ConcurrentLinkedQueue<>();
    Executor never = postponed::add;
    LongAdder lost = new LongAdder();
    AtomicInteger heard = new AtomicInteger();
    EventQueue queue = new EventQueue(event -> heard.incrementAndGet(), never, lost);
    ClusterMember member = someone("n1");
    for (int i = 0; i < EventQueue.CAPACITY + 3; i++) {
      queue.offer(new MembershipEvent.Joined(member));
    }
    postponed.forEach(Runnable::run);

    assertThat(postponed).hasSize(1);
    assertThat(lost.sum()).isEqualTo(3);
    assertThat(heard).hasValue(EventQueue.CAPACITY);
  }

  private static ClusterMember someone(String nodeId) {
    return new ClusterMember(
        nodeId, "l", VirtualCluster.address(1), Map.of(), ClusterMember.State.ALIVE);
  }
}
