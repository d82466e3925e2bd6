// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.documents;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.cluster.DiskFullException;
import io.cairn.cluster.Member;
import io.cairn.cluster.ReplicaSet;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a nearly full disk is told as: by the node that has it, and by the others of its group. */
class DiskRoomTest {

  private static final String SELF = "self";
  private static final long RESERVE = 8L << 20;

  private final AtomicLong free = new AtomicLong(10 * RESERVE);
  private final AtomicLong nanos = new AtomicLong();
  private final DiskRoom room =
      new DiskRoom(
          Path.of("/data"),
          new DiskRoom.Disk(100 * RESERVE, free::get),
          RESERVE,
          () -> nanos.addAndGet(TimeUnit.SECONDS.toNanos(1)));

  /** A group, in which {@code asked} happens whenever its members are asked for. */
  private static ReplicaSet group(Runnable asked, String... voters) {
    List<Member> members = List.of(voters).stream().map(id -> new Member(id, true)).toList();
    return (ReplicaSet)
        Proxy.newProxyInstance(
            ReplicaSet.class.getClassLoader(),
            new Class<?>[] {ReplicaSet.class},
            (_, method, _) -> {
              if (method.getName().equals("id")) {
                return "default/0";
              }
              asked.run();
              return members;
            });
  }

  private @Nullable String refusal(ReplicaSet group) {
    DiskFullException refusal = room.refusal(group);
    return refusal == null ? null : refusal.getMessage();
  }

  @Test
  void diskThatFillsUpWhileItIsLookedAtIsToldWithItsDirectoryAndTheSetting() {
    room.connect(null, SELF, node -> false);
    ReplicaSet alone = group(() -> free.set(0), SELF);

    assertThat(refusal(alone)).contains("/data has 0 MB free", "diskReserve", "Free space");
  }

  @Test
  void groupIsRefusedOnceTheDisksOfAMajorityAreFull() {
    room.connect(null, SELF, node -> !node.equals("third"));

    assertThat(refusal(group(() -> {}, SELF, "second", "third"))).isNull();
    assertThat(refusal(group(() -> {}, SELF, "second", "another")))
        .contains("The disks of second, another are nearly full", "default/0");
  }

  @Test
  void ownDiskIsToldFirstAndOnlyWhileItIsFull() {
    room.connect(null, SELF, node -> false);
    ReplicaSet group = group(() -> {}, SELF, "second", "third");
    free.set(0);
    assertThat(refusal(group)).contains("/data");

    free.set(10 * RESERVE);
    assertThat(refusal(group)).isNull();
  }
}
