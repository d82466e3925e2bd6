// SPDX-License-Identifier: Apache-2.0
/**
 * What tests of Xenon's authors are written against, on top of the rest of the test kit. New tests
 * use {@link io.cairn.testkit.TestHost} and {@link io.cairn.testkit.cluster.TestCluster}.
 */
@NullMarked
package io.cairn.testkit.xenon;

import org.jspecify.annotations.NullMarked;
