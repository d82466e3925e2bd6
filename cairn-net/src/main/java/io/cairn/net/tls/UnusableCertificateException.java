// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.tls;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A file with certificates or keys cannot be used; the message names it and says what to do. */
public final class UnusableCertificateException extends IOException {
  private static final long serialVersionUID = 1L;

  UnusableCertificateException(String message) {
    super(message);
  }

  UnusableCertificateException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
