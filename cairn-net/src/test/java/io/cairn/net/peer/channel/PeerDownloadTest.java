// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.net.peer.PeerHandler;
import io.cairn.net.peer.PeerIdentity;
import io.cairn.net.peer.PeerLimits;
import io.cairn.net.peer.PeerRefusedException;
import io.cairn.net.peer.PeerStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Downloads between two nodes that trust each other. */
class PeerDownloadTest extends PeerTestBed {

  @Test
  void smallDownloadsComeWhole() throws Exception {
    Node a = node("a");
    Node b = node("b");
    b.peers.handle(
        PeerStream.BULK,
        new PeerHandler() {
          @Override
          public InputStream download(PeerIdentity from, byte[] request) {
            return new ByteArrayInputStream(new byte[Integer.parseInt(text(request))]);
          }
        });
    for (int size : new int[] {0, 1, 65_536, 65_537, 3_000_000}) {
      try (InputStream in =
          a.peers
              .download(b.uri, PeerStream.BULK, bytes(String.valueOf(size)), PATIENCE)
              .get(20, TimeUnit.SECONDS)) {
        assertThat(in.readAllBytes()).hasSize(size);
      }
    }
  }

  @Test
  void nodesMayHaveDifferentWindows() throws Exception {
    PeerLimits narrow = new PeerLimits(1 << 20, 1 << 20, 10_000, 100, 4, 64);
    Node a = node("a");
    Node b = node("b", settings -> settings.limits(narrow));
    PeerHandler million =
        new PeerHandler() {
          @Override
          public InputStream download(PeerIdentity from, byte[] request) {
            return new ByteArrayInputStream(new byte[1_000_000]);
          }
        };
    a.peers.handle(PeerStream.BULK, million);
    b.peers.handle(PeerStream.BULK, million);
    for (var download :
        List.of(
            a.peers.download(b.uri, PeerStream.BULK, bytes(""), PATIENCE),
            b.peers.download(a.uri, PeerStream.BULK, bytes(""), PATIENCE))) {
      try (InputStream in = download.get(20, TimeUnit.SECONDS)) {
        assertThat(in.readAllBytes()).hasSize(1_000_000);
      }
    }
  }

  @Test
  void downloadThatCannotBeOpenedSaysWhy() throws Exception {
    Node a = node("a");
    Node b = node("b");
    b.peers.handle(PeerStream.BULK, new Echo());
    assertThat(failure(a.peers.download(b.uri, PeerStream.BULK, bytes("that"), PATIENCE)))
        .isInstanceOf(PeerRefusedException.class)
        .hasMessageContaining("no such thing as that");
  }

  @Test
  void downloadThatBreaksOffNeverLooksComplete() throws Exception {
    Node a = node("a");
    Node b = node("b");
    b.peers.handle(
        PeerStream.BULK,
        new PeerHandler() {
          @Override
          public InputStream download(PeerIdentity from, byte[] request) {
            InputStream broken =
                new InputStream() {
                  @Override
                  public int read() throws IOException {
                    throw new IOException("the disk is broken");
                  }

                  @Override
                  public int read(byte[] target, int offset, int length) throws IOException {
                    return read();
                  }
                };
            return new SequenceInputStream(new ByteArrayInputStream(new byte[100_000]), broken);
          }
        });
    try (InputStream in =
        a.peers.download(b.uri, PeerStream.BULK, bytes(""), PATIENCE).get(20, TimeUnit.SECONDS)) {
      assertThatThrownBy(in::readAllBytes)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("the disk is broken");
    }
    Endless endless = new Endless();
    b.peers.handle(PeerStream.BULK, endless);
    try (InputStream in =
        a.peers.download(b.uri, PeerStream.BULK, bytes(""), PATIENCE).get(20, TimeUnit.SECONDS)) {
      assertThat(in.readNBytes(1_000_000)).hasSize(1_000_000);
      b.server.close();
      assertThatThrownBy(in::readAllBytes)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("connection");
    }
    assertThat(endless.closed.await(20, TimeUnit.SECONDS)).isTrue();
  }

  /** Serves bytes without end. */
  private static final class Endless implements PeerHandler {
    final CountDownLatch closed = new CountDownLatch(1);
    final AtomicLong served = new AtomicLong();

    @Override
    public InputStream download(PeerIdentity from, byte[] request) {
      return new InputStream() {
        @Override
        public int read() {
          served.incrementAndGet();
          return 1;
        }

        @Override
        public int read(byte[] target, int offset, int length) {
          served.addAndGet(length);
          return length;
        }

        @Override
        public void close() {
          closed.countDown();
        }
      };
    }
  }

  @Test
  void closingADownloadEarlyStopsTheSource() throws Exception {
    Node a = node("a");
    Node b = node("b");
    Endless endless = new Endless();
    b.peers.handle(PeerStream.BULK, endless);
    b.peers.handle(PeerStream.FORWARD, new Echo());
    try (InputStream in =
        a.peers.download(b.uri, PeerStream.BULK, bytes(""), PATIENCE).get(20, TimeUnit.SECONDS)) {
      assertThat(in.readNBytes(3_000_000)).hasSize(3_000_000);
    }
    assertThat(endless.closed.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(answer(a.ask(b, "x"))).isEqualTo("a:x");
  }

  @Test
  void stalledDownloadHoldsAWindowOnlyAndDelaysNothingElse() throws Exception {
    long size = 100L << 20;
    Node a = node("a");
    Node b = node("b");
    b.peers.handle(PeerStream.FORWARD, new Echo());
    Endless endless = new Endless();
    b.peers.handle(
        PeerStream.BULK,
        new PeerHandler() {
          @Override
          public InputStream download(PeerIdentity from, byte[] request) {
            InputStream in = endless.download(from, request);
            return new InputStream() {
              private long left = size;

              @Override
              public int read() {
                throw new UnsupportedOperationException();
              }

              @Override
              public int read(byte[] target, int offset, int length) throws IOException {
                int count = left == 0 ? -1 : in.read(target, offset, (int) Math.min(left, length));
                left -= Math.max(0, count);
                return count;
              }
            };
          }
        });
    try (InputStream in =
        a.peers.download(b.uri, PeerStream.BULK, bytes(""), PATIENCE).get(20, TimeUnit.SECONDS)) {
      assertThat(in.read()).isEqualTo(0);
      for (int i = 0; i < 200; i++) {
        assertThat(answer(a.ask(b, "x"))).isEqualTo("a:x");
      }
      assertThat(endless.served.get())
          .isLessThanOrEqualTo((long) PeerLimits.defaults().windowBytes() + DownloadSource.PIECE);
      CompletableFuture<Long> rest = new CompletableFuture<>();
      Thread.ofVirtual()
          .start(
              () -> {
                try {
                  rest.complete(in.skip(Long.MAX_VALUE));
                } catch (IOException e) {
                  rest.completeExceptionally(e);
                }
              });
      assertThat(rest.get(60, TimeUnit.SECONDS)).isEqualTo(size - 1);
    }
  }
}
