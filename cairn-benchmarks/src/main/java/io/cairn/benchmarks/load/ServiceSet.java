// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks.load;

/** Services that a host of Cairn's or Xenon's serves, and whose documents are loaded. */
public enum ServiceSet {
  /** What both systems bring with them. */
  EXAMPLES("/core/examples", "com:vmware:xenon:services:common:ExampleService:ExampleServiceState"),
  /** The same fields, and a text: no service that Xenon brings has one. */
  NOTES("/benchmarks/notes", "notes:NotesHost:Note");

  private final String factory;
  private final String kind;

  ServiceSet(String factory, String kind) {
    this.factory = factory;
    this.kind = kind;
  }

  /** The path of the factory. */
  public String factory() {
    return factory;
  }

  /** The kind of the documents. */
  public String kind() {
    return kind;
  }
}
