// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch;

import io.cairn.application.Application;
import java.util.List;

/**
 * The program that starts a host: {@code cairn}, or the main class of an application.
 *
 * @param kind what its help says
 * @param mainClass what starts it again, for further hosts
 * @param arguments what that is given before the settings
 * @param applications what the host serves
 * @param classes finds the applications' classes, and settings files beside them
 */
public record HostProgram(
    Kind kind,
    String mainClass,
    List<String> arguments,
    List<Application> applications,
    ClassLoader classes) {

  /** How a program is called. */
  public enum Kind {
    /** {@code cairn}; {@code start} and {@code node} are its commands, files may be named. */
    CAIRN,
    /** An application's own main class; it starts a host unless a command is named. */
    MAIN
  }

  /** What one types to start a host. */
  String startCommand() {
    return kind == Kind.CAIRN ? "cairn start" : "java " + mainClass;
  }

  /** What one types to start a node of a cluster. */
  String nodeCommand() {
    return kind == Kind.CAIRN ? "cairn node" : startCommand() + " node";
  }

  /** What one types to see the settings. */
  String configCommand() {
    return kind == Kind.CAIRN ? "cairn config" : startCommand() + " config";
  }

  /** What the help shows for the files of applications, which the program may not take. */
  String files() {
    return kind == Kind.CAIRN ? " [JAR|DIR...]" : "";
  }
}
