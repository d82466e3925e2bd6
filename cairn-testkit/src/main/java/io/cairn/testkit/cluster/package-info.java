// SPDX-License-Identifier: Apache-2.0
/**
 * Several hosts as one group, in this process or in processes of their own, and faults for them.
 */
@NullMarked
package io.cairn.testkit.cluster;

import org.jspecify.annotations.NullMarked;
