// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer;

import java.net.SocketAddress;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The handshake on the side that was dialed: the dialer says who it is, this node says who it is, the
 * dialer proves itself, this node proves itself. Belongs to the event loop.
 */
final class AcceptorHandshake implements WebSocketChannel.Protocol {
  private final PeerNode node;
  private final SocketAddress remote;
  private final boolean local;
  private final boolean certified;

  /** How many of these are going on. */
  private final AtomicInteger unproven;

  /** What both sides have said of themselves. */
  private static final class Hellos {
    private final byte[] dialer;
    private final byte[] acceptor;

    Hellos(byte[] dialer, byte[] acceptor) {
      this.dialer = dialer;
      this.acceptor = acceptor;
    }
  }

  private @Nullable WebSocketChannel channel;
  private @Nullable Hellos hellos;
  private @Nullable PeerIdentity dialer;
  private boolean counted;

  /**
   * Makes one.
   *
   * @param local whether the dialer runs on this machine
   * @param certified whether its certificate vouches for it
   */
  AcceptorHandshake(
      PeerNode node,
      SocketAddress remote,
      boolean local,
      boolean certified,
      AtomicInteger unproven) {
    this.node = node;
    this.remote = remote;
    this.local = local;
    this.certified = certified;
    this.unproven = unproven;
  }

  @Override
  public void began(WebSocketChannel begun) {
    channel = begun;
    counted = true;
    unproven.incrementAndGet();
  }

  @Override
  public void frame(FrameHead head, byte[] payload) throws WebSocketViolation {
    WebSocketChannel socket = channel;
    if (head.kind() != FrameKind.HANDSHAKE || socket == null) {
      throw new WebSocketViolation(CloseCode.MALFORMED, "a handshake comes first");
    }
    if (dialer == null) {
      greet(socket, payload);
    } else if (hellos != null) {
      conclude(socket, dialer, hellos, payload);
    }
  }

  private void greet(WebSocketChannel socket, byte[] payload) throws WebSocketViolation {
    Hello other = Hello.decode(payload);
    dialer = other.identity();
    if (other.identity().launchId().equals(node.self().launchId())) {
      socket.close(CloseCode.SELF, "this is the node itself");
      return;
    }
    String refusal = node.trust().refusal(other, local, certified);
    if (refusal == null) {
      refusal = node.sameName(other.identity());
    }
    if (refusal == null) {
      refusal = PeerTrust.addressRefusal(other.identity().address(), remote);
    }
    if (refusal != null) {
      refuse(socket, refusal);
      return;
    }
    byte[] own = node.hello();
    hellos = new Hellos(payload, own);
    socket.write(new FrameHead(PeerStream.CONTROL, FrameKind.HANDSHAKE, 0), own);
  }

  /** Judges the last word: what connection the dialer knew, and its proof. */
  private void conclude(WebSocketChannel socket, PeerIdentity peer, Hellos said, byte[] lastWord)
      throws WebSocketViolation {
    if (lastWord.length < Hello.NONCE_BYTES) {
      throw new WebSocketViolation(CloseCode.MALFORMED, "a proof that makes no sense");
    }
    byte[] peerKnew = Arrays.copyOf(lastWord, Hello.NONCE_BYTES);
    byte[] proof = Arrays.copyOfRange(lastWord, Hello.NONCE_BYTES, lastWord.length);
    PeerTrust trust = node.trust();
    if (!trust.isProven(PeerProof.Role.DIALER, said.dialer, said.acceptor, proof)) {
      refuse(socket, PeerTrust.SECRETS_DIFFER);
      return;
    }
    String claimed = node.handlers().gate().refusal(peer);
    if (claimed != null) {
      node.troubles().refused(peer.nodeId() + "@" + peer.address(), PeerTrouble.Kind.CLAIMED, claimed);
      socket.close(CloseCode.CLAIMED, claimed);
      return;
    }
    node.troubles().admitted(peer.nodeId() + "@" + peer.address());
    PeerConnection connection =
        new PeerConnection(node, socket, peer, Hello.nonce(said.dialer));
    if (!node.roster().accept(connection, peerKnew)) {
      socket.close(CloseCode.DUPLICATE, "this node connects itself");
      return;
    }
    // Others may have queued frames by now; they are written behind this by the same event loop.
    byte[] own = trust.proof(PeerProof.Role.ACCEPTOR, said.dialer, said.acceptor);
    socket.write(new FrameHead(PeerStream.CONTROL, FrameKind.HANDSHAKE, 0), own);
    settle();
    socket.establish(connection, node.settings().limits().maxFrameBytes());
  }

  private void refuse(WebSocketChannel socket, String reason) {
    node.troubles().refused(hostOf(remote), PeerTrouble.Kind.REFUSED, reason);
    socket.close(CloseCode.REFUSED, reason);
  }

  private static String hostOf(SocketAddress address) {
    return address instanceof java.net.InetSocketAddress inet
        ? inet.getHostString()
        : address.toString();
  }

  private void settle() {
    if (counted) {
      counted = false;
      unproven.decrementAndGet();
    }
  }

  @Override
  public void writable() {}

  @Override
  public void ended(int code, String reason) {
    settle();
  }
}
