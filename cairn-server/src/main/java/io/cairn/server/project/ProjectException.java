// SPDX-License-Identifier: Apache-2.0
package io.cairn.server.project;

/**
 * Something about a project, or about Maven, is not as it has to be; the message says what to do.
 */
public final class ProjectException extends Exception {

  private static final long serialVersionUID = 1L;

  public ProjectException(String message) {
    super(message);
  }

  public ProjectException(String message, Throwable cause) {
    super(message, cause);
  }
}
