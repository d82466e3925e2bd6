// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class WriteAheadLogTest {

  private static final Path DIRECTORY = Path.of("/log");
  private static final LogOptions OPTIONS = new LogOptions(64 * 1024, 32 * 1024, 100);

  private final SimulatedFileSystem files = new SimulatedFileSystem();
  private final LinkedBlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();

  private WriteAheadLog open() throws IOException {
    return WriteAheadLog.open(
        DIRECTORY, OPTIONS, LogEnvironment.threaded(files.process(), new Random(7)), failures::add);
  }

  private static StoredEntry entry(String text) {
    return new StoredEntry((byte) 1, 1, text.getBytes(UTF_8));
  }

  private static void append(LogPart group, long from, long to) throws IOException {
    for (long index = from; index <= to; index++) {
      group.append(index, entry(group.name() + "-" + index));
    }
  }

  private static List<String> contents(LogPart group) throws IOException {
    List<String> texts = new ArrayList<>();
    group.replay(
        group.availableFrom(),
        group.lastIndex(),
        (_, stored) -> texts.add(new String(stored.payload(), UTF_8)));
    return texts;
  }

  private static List<String> expected(String name, long from, long to) {
    List<String> texts = new ArrayList<>();
    for (long index = from; index <= to; index++) {
      texts.add(name + "-" + index);
    }
    return texts;
  }

  /** A log whose single segment holds ten entries of group "a", crashed right after the flush. */
  private byte[] tenEntriesThenCrash() throws IOException {
    WriteAheadLog log = open();
    append(log.part("a"), 1, 9);
    log.flush();
    append(log.part("a"), 10, 10);
    log.flush();
    files.crash();
    return files.bytes(files.segments().getFirst());
  }

  private static int lengthOf(byte[] image) {
    int end = image.length;
    while (image[end - 1] == 0) {
      end--;
    }
    return end;
  }

  @Test
  void everythingFlushedIsReadBack() throws IOException {
    try (WriteAheadLog log = open()) {
      append(log.part("a"), 1, 20);
      append(log.part("b"), 1, 3);
      log.part("b").putState((byte) 4, "vote".getBytes(UTF_8));
      log.part("a").markSnapshot(new LogPart.SnapshotMark(7, 1, new byte[] {9}));
    }
    try (WriteAheadLog log = open()) {
      assertThat(contents(log.part("a"))).isEqualTo(expected("a", 1, 20));
      assertThat(contents(log.part("b"))).isEqualTo(expected("b", 1, 3));
      assertThat(log.part("b").state((byte) 4)).isEqualTo("vote".getBytes(UTF_8));
      assertThat(log.part("a").snapshotMark().index()).isEqualTo(7);
      assertThat(log.part("a").read(12).payload()).isEqualTo("a-12".getBytes(UTF_8));
    }
  }

  @Test
  void quietGroupIsReplayedWithoutReadingTheOthersEntries() throws IOException {
    try (WriteAheadLog log = open()) {
      append(log.part("quiet"), 1, 1);
      for (int index = 1; index <= 14; index++) {
        log.part("busy").append(index, entry("b".repeat(4096)));
      }
      append(log.part("quiet"), 2, 2);
      log.flush();
      assertThat(files.segments()).hasSize(1);
      long before = files.bytesRead();

      assertThat(contents(log.part("quiet"))).isEqualTo(expected("quiet", 1, 2));

      assertThat(files.bytesRead() - before).isLessThan(OPTIONS.segmentBytes() / 2);
    }
  }

  @Test
  void tailTornAtAnyByteIsCutAndTheLogGoesOn() throws IOException {
    byte[] image = tenEntriesThenCrash();
    String name = files.segments().getFirst();
    int end = lengthOf(image);
    int lastRecord = LogRecord.HEADER + "a-10".length();
    for (int kept = end - lastRecord; kept < end; kept++) {
      byte[] torn = image.clone();
      java.util.Arrays.fill(torn, kept, end, (byte) 0);
      files.put(name, torn);
      reopenAndExpect(9);
    }
  }

  @Test
  void fileThatEndsWithinTheLastRecordIsCutAndTheLogGoesOn() throws IOException {
    byte[] image = tenEntriesThenCrash();
    String name = files.segments().getFirst();
    int end = lengthOf(image);
    files.put(name, java.util.Arrays.copyOf(image, end - 2));
    reopenAndExpect(9);
  }

  private void reopenAndExpect(int last) throws IOException {
    try (WriteAheadLog log = open()) {
      assertThat(log.part("a").lastIndex()).isEqualTo(last);
      append(log.part("a"), last + 1, last + 2);
    }
    try (WriteAheadLog log = open()) {
      assertThat(contents(log.part("a"))).isEqualTo(expected("a", 1, last + 2));
    }
  }

  @Test
  void flippedBitAnywhereIsRefusedAndNothingIsChanged() throws IOException {
    try (WriteAheadLog log = open()) {
      append(log.part("a"), 1, 9);
      log.flush();
      append(log.part("a"), 10, 12);
    }
    String name = files.segments().getFirst();
    byte[] image = files.bytes(name);
    // The closing mark itself carries nothing that could be lost.
    int end = lengthOf(image) - LogRecord.HEADER;
    for (int at = 0; at < end; at++) {
      byte[] damaged = image.clone();
      damaged[at] ^= (byte) (1 << (at % 8));
      files.put(name, damaged);
      Map<String, Integer> before = files.fingerprint();
      assertThatThrownBy(this::open)
          .as("bit flipped at %d", at)
          .isInstanceOf(LogCorruptedException.class)
          .hasMessageContaining(name)
          .hasMessageContaining("offset");
      assertThat(files.fingerprint()).isEqualTo(before);
    }
  }

  @Test
  void flippedBitInAnEarlierSegmentIsRefused() throws IOException {
    try (WriteAheadLog log = open()) {
      append(log.part("a"), 1, 4000);
    }
    assertThat(files.segments()).hasSizeGreaterThan(2);
    String name = files.segments().get(1);
    byte[] image = files.bytes(name);
    for (int at : new int[] {0, 20, 33, 60, 5_000, lengthOf(image) - 1}) {
      byte[] damaged = image.clone();
      damaged[at] ^= 16;
      files.put(name, damaged);
      assertThatThrownBy(this::open)
          .isInstanceOf(LogCorruptedException.class)
          .hasMessageContaining(name);
    }
  }

  @Test
  void missingSegmentIsRefused() throws IOException {
    try (WriteAheadLog log = open()) {
      append(log.part("a"), 1, 4000);
    }
    String middle = files.segments().get(1);
    files.remove(middle);
    assertThatThrownBy(this::open)
        .isInstanceOf(LogCorruptedException.class)
        .hasMessageContaining(middle)
        .hasMessageContaining("missing");
  }

  @Test
  void segmentThatDoesNotBelongIsRefused() throws IOException {
    try (WriteAheadLog log = open()) {
      append(log.part("a"), 1, 10);
    }
    String first = files.segments().getFirst();
    files.put(Segment.nameOf(2), files.bytes(first));
    assertThatThrownBy(this::open)
        .isInstanceOf(LogCorruptedException.class)
        .hasMessageContaining(Segment.nameOf(2));
  }

  @Test
  void failedFsyncIsFinal() throws Exception {
    WriteAheadLog log = open();
    LogPart group = log.part("a");
    append(group, 1, 1);
    log.flush();
    append(group, 2, 2);
    files.failForces("Input/output error");
    assertThatThrownBy(log::flush).isInstanceOf(LogFailedException.class);
    files.failForces(null);
    assertThatThrownBy(log::flush).isInstanceOf(LogFailedException.class);
    assertThatThrownBy(() -> append(group, 3, 3)).isInstanceOf(LogFailedException.class);
    assertThat(failures.poll(10, TimeUnit.SECONDS)).hasMessage("Input/output error");
    log.close();
    files.losePower(new Random(1));
    try (WriteAheadLog reopened = open()) {
      assertThat(contents(reopened.part("a"))).startsWith("a-1");
      assertThat(reopened.part("a").lastIndex()).isLessThanOrEqualTo(2);
    }
    assertThat(failures).isEmpty();
  }

  @Test
  void brokenDiskFailsTheLogOnlyWhenSpaceIsNeededAndLosesNothingFlushed() throws Exception {
    WriteAheadLog log = open();
    LogPart group = log.part("a");
    append(group, 1, 2000);
    log.flush();
    assertThat(log.segmentCount()).isGreaterThan(1);
    files.failAllocations("Input/output error");
    long flushed = group.lastIndex();
    try {
      for (long index = flushed + 1; index < 20_000; index++) {
        append(group, index, index);
        log.flush();
        flushed = index;
      }
    } catch (IOException full) {
      assertThat(full).hasMessageContaining("Input/output error");
    }
    assertThat(flushed).isGreaterThan(2000).isLessThan(19_000);
    assertThat(failures.poll(10, TimeUnit.SECONDS)).hasMessage("Input/output error");
    log.close();
    files.losePower(new Random(1));
    try (WriteAheadLog reopened = open()) {
      assertThat(contents(reopened.part("a"))).isEqualTo(expected("a", 1, flushed));
      append(reopened.part("a"), flushed + 1, flushed + 1000);
    }
  }

  @Test
  void fullDiskMakesEntriesWaitAndTheLogGoesOnByItself() throws Exception {
    files.capacity(512 << 10);
    try (WriteAheadLog log = open()) {
      LogPart group = log.part("a");
      AtomicLong flushed = new AtomicLong();
      Thread appender = Thread.ofVirtual().start(() -> appendLarge(log, group, flushed, 400));
      await().until(() -> flushed.get() > 100 && appender.getState() == Thread.State.TIMED_WAITING);
      assertThat(appender.isAlive()).isTrue();
      assertThat(failures).isEmpty();
      assertThat(group.read(flushed.get()).payload()).hasSize(2000);

      files.capacity(Long.MAX_VALUE);
      appender.join();
      assertThat(flushed).hasValue(400);
      assertThat(failures).isEmpty();
    }
    try (WriteAheadLog log = open()) {
      assertThat(contents(log.part("a"))).hasSize(400);
    }
  }

  @Test
  void votesAreKeptOnAFullDiskWhereEntriesFindNoRoom() throws Exception {
    files.capacity(512 << 10);
    try (WriteAheadLog log = open()) {
      LogPart group = log.part("a");
      LogPart other = log.part("b");
      AtomicLong flushed = new AtomicLong();
      Thread appender = Thread.ofVirtual().start(() -> appendLarge(log, group, flushed, 400));
      await().until(() -> flushed.get() > 100 && appender.getState() == Thread.State.TIMED_WAITING);
      for (int vote = 0; vote < 100; vote++) {
        other.putState((byte) 3, ("vote " + vote).getBytes(UTF_8));
      }
      assertThat(flushed.get()).isLessThan(400);

      files.crash();
      appender.join();
    }
    files.losePower(new Random(3));
    try (WriteAheadLog log = open()) { // on the disk that is still full
      assertThat(log.part("b").state((byte) 3)).isEqualTo("vote 99".getBytes(UTF_8));
    }
  }

  @Test
  void logTakesASmallShareOfASmallDisk() throws Exception {
    files.capacity(60L << 20);
    LogOptions usual = new LogOptions(64 << 20, 16 << 20, 100);
    try (WriteAheadLog log =
        WriteAheadLog.open(
            DIRECTORY,
            usual,
            LogEnvironment.inline(files.process(), new Random(7)),
            failures::add)) {
      LogPart group = log.part("a");
      AtomicLong flushed = new AtomicLong();
      appendLarge(log, group, flushed, 10_000);
      assertThat(files.used()).isLessThan(30L << 20);
      group.release(10_000);
      assertThat(log.deleteReleased()).isEmpty();
      assertThat(files.used()).isLessThan(9L << 20);
      group.append(10_001, new StoredEntry((byte) 1, 1, new byte[16 << 20]));
      log.flush();
      assertThat(group.read(10_001).payload()).hasSize(16 << 20);
    }
    assertThat(failures).isEmpty();
  }

  private static void appendLarge(WriteAheadLog log, LogPart group, AtomicLong flushed, int last) {
    try {
      for (long index = group.lastIndex() + 1; index <= last; index++) {
        group.append(index, new StoredEntry((byte) 1, 1, new byte[2000]));
        log.flush();
        flushed.set(index);
      }
    } catch (IOException ended) {
      // The process was killed while it waited; the test looks at what is on the disk.
    }
  }

  @Test
  void segmentsAreDeletedOnceReleasedByEveryGroup() throws IOException {
    try (WriteAheadLog log = open()) {
      append(log.part("b"), 1, 100);
      append(log.part("a"), 1, 6000);
      log.part("a").release(6000);
      assertThat(log.deleteReleased()).containsExactly(log.part("b"));
      int before = log.segmentCount();
      log.part("b").release(100);
      assertThat(log.deleteReleased()).isEmpty();
      assertThat(log.segmentCount()).isLessThan(before).isEqualTo(1);
    }
    try (WriteAheadLog log = open()) {
      assertThat(log.part("a").lastIndex()).isEqualTo(6000);
      assertThat(log.part("b").lastIndex()).isEqualTo(100);
      append(log.part("b"), 101, 101);
    }
  }

  @Test
  void quietGroupIsCarriedForwardAndPinsNothing() throws IOException {
    try (WriteAheadLog log = open()) {
      append(log.part("quiet"), 1, 5);
      append(log.part("busy"), 1, 6000);
      log.part("busy").release(6000);
      log.part("quiet").release(2);
      assertThat(log.deleteReleased()).containsExactly(log.part("quiet"));
      assertThat(log.carryForward(log.part("quiet"))).isTrue();
      assertThat(log.deleteReleased()).isEmpty();
      assertThat(log.segmentCount()).isEqualTo(1);
      assertThat(log.part("quiet").read(4).payload()).isEqualTo("quiet-4".getBytes(UTF_8));
      append(log.part("quiet"), 6, 6);
    }
    try (WriteAheadLog log = open()) {
      assertThat(log.part("quiet").availableFrom()).isEqualTo(3);
      assertThat(contents(log.part("quiet"))).isEqualTo(expected("quiet", 3, 6));
      assertThat(log.part("quiet").read(5).payload()).isEqualTo("quiet-5".getBytes(UTF_8));
    }
  }

  @Test
  void truncatedEntriesStayAwayAfterReplay() throws IOException {
    try (WriteAheadLog log = open()) {
      append(log.part("a"), 1, 10);
      log.part("a").truncateFrom(6);
      for (long index = 6; index <= 8; index++) {
        log.part("a").append(index, entry("new-" + index));
      }
    }
    try (WriteAheadLog log = open()) {
      List<String> texts = expected("a", 1, 5);
      texts.addAll(expected("new", 6, 8));
      assertThat(contents(log.part("a"))).isEqualTo(texts);
    }
  }

  @Test
  void entryThatIsWrittenAnewWhileItsSegmentIsReplayedIsReadWhereItIsNow() throws IOException {
    try (WriteAheadLog log = open()) {
      LogPart part = log.part("a");
      append(part, 1, 2);
      log.flush();
      List<String> texts = new ArrayList<>();

      part.replay(
          1,
          2,
          (index, stored) -> {
            texts.add(new String(stored.payload(), UTF_8));
            if (index == 1) {
              part.truncateFrom(2);
              part.append(2, entry("new-2"));
              log.flush();
            }
          });

      assertThat(texts).containsExactly("a-1", "new-2");
    }
  }

  @Test
  void recordsLargerThanTheBufferAreTaken() throws IOException {
    LogOptions large = new LogOptions(32 << 20, 16 << 20, 10);
    byte[] payload = new byte[9 << 20];
    new Random(3).nextBytes(payload);
    try (WriteAheadLog log =
        WriteAheadLog.open(
            DIRECTORY,
            large,
            LogEnvironment.threaded(files.process(), new Random()),
            failures::add)) {
      LogPart group = log.part("a");
      group.append(1, entry("small"));
      group.append(2, new StoredEntry((byte) 1, 1, payload));
      group.append(3, entry("small"));
    }
    try (WriteAheadLog log =
        WriteAheadLog.open(
            DIRECTORY,
            large,
            LogEnvironment.threaded(files.process(), new Random()),
            failures::add)) {
      assertThat(log.part("a").read(2).payload()).isEqualTo(payload);
      assertThat(log.part("a").lastIndex()).isEqualTo(3);
    }
  }
}
