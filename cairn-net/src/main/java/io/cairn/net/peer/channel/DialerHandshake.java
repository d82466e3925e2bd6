// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer.channel;

import io.cairn.net.peer.PeerIdentity;
import io.cairn.net.peer.PeerTrouble;
import io.cairn.net.peer.frame.CloseCode;
import io.cairn.net.peer.frame.FrameChannel;
import io.cairn.net.peer.frame.FrameHead;
import io.cairn.net.peer.frame.FrameKind;
import io.cairn.net.peer.frame.FrameViolation;
import io.cairn.net.peer.frame.Hello;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The handshake on the side that dialed; see {@link AcceptorHandshake}. Belongs to the event loop,
 * except for {@link #abort}.
 */
final class DialerHandshake implements FrameChannel.Protocol {
  private final PeerNode node;
  private final DialAttempt attempt;

  /** Whether TLS has verified that the other side is whom the address names. */
  private final boolean certified;

  private final byte[] dialerHello;
  private volatile @Nullable FrameChannel channel;
  private byte @Nullable [] acceptorHello;
  private @Nullable PeerIdentity acceptor;
  private int shardsThere;

  DialerHandshake(PeerNode node, DialAttempt attempt, boolean certified) {
    this.node = node;
    this.attempt = attempt;
    this.certified = certified;
    this.dialerHello = node.hello(attempt.lane());
  }

  /** Returns which lane is dialed. */
  int lane() {
    return attempt.lane();
  }

  @Override
  public void began(FrameChannel begun) {
    channel = begun;
    begun.write(FrameHead.ofConnection(FrameKind.HANDSHAKE, 0), dialerHello);
  }

  @Override
  public void frame(FrameHead head, byte[] payload) throws FrameViolation {
    FrameChannel socket = channel;
    if (head.kind() != FrameKind.HANDSHAKE || socket == null) {
      throw new FrameViolation(CloseCode.MALFORMED, "a handshake comes first");
    }
    if (acceptor == null) {
      reached(socket, payload);
    } else if (acceptorHello != null) {
      conclude(socket, acceptor, acceptorHello, payload);
    }
  }

  private void reached(FrameChannel socket, byte[] payload) throws FrameViolation {
    Hello other = Hello.decode(payload);
    PeerIdentity peer = other.identity();
    if (peer.launchId().equals(node.self().launchId())) {
      attempt.failedOnSelf();
      socket.close(CloseCode.SELF, "this is the node itself");
      return;
    }
    boolean local = node.settings().loopback().test(socket.context().channel().remoteAddress());
    String refusal = node.trust().refusal(other, local, certified);
    if (refusal == null) {
      refusal = node.sameName(peer);
    }
    if (refusal == null) {
      refusal = node.noSuchLane(attempt.lane(), other.shards());
    }
    if (refusal != null) {
      refuse(socket, refusal);
      return;
    }
    switch (node.roster().dialReached(this, peer)) {
      case PeerRoster.DialVerdict.GoOn verdict -> {
        acceptor = peer;
        shardsThere = other.shards();
        acceptorHello = payload;
        byte[] known = verdict.known();
        byte[] proof = node.trust().proof(PeerProof.Role.DIALER, dialerHello, payload);
        byte[] lastWord = Arrays.copyOf(known, known.length + proof.length);
        System.arraycopy(proof, 0, lastWord, known.length, proof.length);
        socket.write(FrameHead.ofConnection(FrameKind.HANDSHAKE, 0), lastWord);
      }
      case PeerRoster.DialVerdict.Use use -> {
        attempt.found(use.existing());
        socket.close(CloseCode.DUPLICATE, "there is a connection");
      }
      case PeerRoster.DialVerdict.Wait _ ->
          socket.close(CloseCode.DUPLICATE, "there is another dial");
    }
  }

  private void conclude(FrameChannel socket, PeerIdentity peer, byte[] hello, byte[] proof) {
    if (!node.trust().isProven(PeerProof.Role.ACCEPTOR, dialerHello, hello, proof)) {
      refuse(socket, PeerTrust.SECRETS_DIFFER);
      return;
    }
    String claimed = node.handlers().gate().refusal(peer);
    if (claimed != null) {
      attempt.failed(PeerTrouble.Kind.REFUSED, claimed);
      socket.close(CloseCode.CLAIMED, claimed);
      return;
    }
    PeerConnection connection =
        node.connection(socket, peer, attempt.lane(), shardsThere, Hello.nonce(dialerHello));
    node.establish(socket, connection);
    if (node.roster().dialed(this, connection)) {
      attempt.found(connection);
    } else {
      socket.close(CloseCode.DUPLICATE, "the other dial has won");
    }
  }

  private void refuse(FrameChannel socket, String reason) {
    attempt.failed(PeerTrouble.Kind.REFUSED, reason);
    socket.close(CloseCode.REFUSED, reason);
  }

  /** Any thread: makes way for the connection that the peer has made. */
  void abort() {
    FrameChannel socket = channel;
    if (socket != null) {
      socket.closeSoon(CloseCode.DUPLICATE, "the other dial has won");
    }
  }

  @Override
  public void writable() {}

  @Override
  public void ended(int code, String reason) {
    PeerIdentity peer = acceptor;
    if (peer != null) {
      node.roster().dialEnded(this, peer);
    }
    if (code == CloseCode.REFUSED || code == CloseCode.MALFORMED) {
      attempt.failed(PeerTrouble.Kind.REFUSED, "the peer refused this node: " + reason);
    } else if (code == CloseCode.CLAIMED) {
      attempt.failed(PeerTrouble.Kind.CLAIMED, reason);
    } else if (code == CloseCode.SELF) {
      attempt.failedOnSelf();
    } else if (code == CloseCode.DUPLICATE) {
      attempt.yielded();
    } else {
      attempt.failed(reason);
    }
  }
}
