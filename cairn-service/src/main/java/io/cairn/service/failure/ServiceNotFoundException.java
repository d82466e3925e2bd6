// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.failure;

/** There is no service at the requested link. */
public class ServiceNotFoundException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  /** An exception that names nothing. */
  public ServiceNotFoundException() {
    super("Service not found");
  }

  /** An exception that names the link or URI asked for. */
  public ServiceNotFoundException(String link) {
    super("Service not found: " + link);
  }

  /** As the one-argument form, with more to say. */
  public ServiceNotFoundException(String link, String reason) {
    super("Service not found: " + link + ": " + reason);
  }
}
