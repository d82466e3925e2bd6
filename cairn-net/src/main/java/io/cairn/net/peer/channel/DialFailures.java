// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer.channel;

import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.ssl.NotSslRecordException;
import java.net.ConnectException;
import java.net.URI;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Says what failures to connect mean, and what to do about them. */
final class DialFailures {
  private DialFailures() {}

  /** Says why there is no connection. */
  static String unreachable(Throwable failure) {
    return switch (failure) {
      case ConnectTimeoutException _ ->
          "nothing answers there. Check that its host runs and that no firewall is between";
      case ConnectException _ when text(failure).contains("Connection refused") ->
          "the connection was refused. Start the node there, or correct its address";
      default -> text(failure) + ". Check the network";
    };
  }

  static String unknownHost(String host) {
    return "the host " + host + " is unknown. Correct its name, or the name service";
  }

  /** Whether the failure is one of TLS, which does not go away by itself. */
  static boolean isDistrust(Throwable failure) {
    return isCausedBy(failure, SSLException.class)
        || isCausedBy(failure, NotSslRecordException.class);
  }

  /** Says why TLS has failed. */
  static String tls(URI address, Throwable failure) {
    String what = "TLS: ";
    if (isCausedBy(failure, CertificateExpiredException.class)) {
      return what + "its certificate has expired. Renew it there";
    }
    if (isCausedBy(failure, CertificateNotYetValidException.class)) {
      return what + "its certificate is not valid yet. Compare the clocks of both hosts";
    }
    if (isCausedBy(failure, CertPathBuilderException.class)) {
      return what
          + "its certificate is of an authority that this node does not know. Add the authority to"
          + " caFile, or give that node a certificate of a known one";
    }
    if (isCausedBy(failure, NotSslRecordException.class)) {
      return what + "it does not speak TLS there. Use http:// for it, or its securePort";
    }
    String text = text(deepest(failure));
    if (text.startsWith("No subject alternative") || text.startsWith("No name matching")) {
      return what
          + "its certificate does not name "
          + address.getHost()
          + ". Make one that does, or use a name that it has";
    }
    if (text.contains("fatal alert")) {
      return what
          + "it does not accept this node's certificate ("
          + text
          + "). Check certificateFile and that its authority is in caFile there";
    }
    return what + text;
  }

  private static boolean isCausedBy(Throwable failure, Class<? extends Throwable> type) {
    for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return true;
      }
    }
    return false;
  }

  private static Throwable deepest(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  private static String text(Throwable failure) {
    return failure.getMessage() == null ? failure.toString() : failure.getMessage();
  }
}
