// SPDX-License-Identifier: Apache-2.0
package io.cairn.host;

/** The services that every host has. */
final class CoreServices {

  private CoreServices() {}

  static void start(ServiceHost host) {}
}
