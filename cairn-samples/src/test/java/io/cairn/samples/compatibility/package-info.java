// SPDX-License-Identifier: Apache-2.0
/** Services as they are written for Xenon, compiled with only their imports changed. */
package io.cairn.samples.compatibility;
