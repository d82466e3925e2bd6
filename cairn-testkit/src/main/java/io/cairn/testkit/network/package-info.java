// SPDX-License-Identifier: Apache-2.0
/** A network of our own for the nodes of a test, with faults made to order. */
@NullMarked
package io.cairn.testkit.network;

import org.jspecify.annotations.NullMarked;
