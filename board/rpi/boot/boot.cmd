# Which root starts. The state stands twice in the gap before the first partition, so that a cut in the middle of
# writing it leaves one whole; fw_printenv and RAUC know the first. A root that was called good has more tries than
# three and is not counted down, so that pulled plugs alone never lead away from it.
setenv rd "${devtype} read"
setenv wr "${devtype} write"
setenv base 0x10000000
test "${devtype}" = virtio && setenv base 0x50000000
setenv st_addr ${base}
setenv BOOT_ORDER
if ${rd} ${st_addr} 0x80 0x20 && env import -c ${st_addr} 0x4000; then echo state 1; elif ${rd} ${st_addr} 0xa0 0x20 && env import -c ${st_addr} 0x4000; then echo state 2; fi
test -n "${BOOT_ORDER}" || setenv BOOT_ORDER "A B"
test -n "${BOOT_A_LEFT}" || setenv BOOT_A_LEFT 9
test -n "${BOOT_B_LEFT}" || setenv BOOT_B_LEFT 0
setenv slot
for s in "${BOOT_ORDER}"; do
  if test -n "${slot}"; then true;
  elif test "${s}" = A; then
    if test ${BOOT_A_LEFT} -gt 3; then setenv slot A; setenv part 2;
    elif test ${BOOT_A_LEFT} -gt 0; then setexpr BOOT_A_LEFT ${BOOT_A_LEFT} - 1; setenv slot A; setenv part 2; fi
  elif test "${s}" = B; then
    if test ${BOOT_B_LEFT} -gt 3; then setenv slot B; setenv part 3;
    elif test ${BOOT_B_LEFT} -gt 0; then setexpr BOOT_B_LEFT ${BOOT_B_LEFT} - 1; setenv slot B; setenv part 3; fi
  fi
done
if test -z "${slot}"; then setenv BOOT_A_LEFT 3; setenv BOOT_B_LEFT 3; setenv slot A; setenv part 2; echo no root left, all tries again; fi
env export -c -s 0x4000 ${st_addr} BOOT_ORDER BOOT_A_LEFT BOOT_B_LEFT
${wr} ${st_addr} 0x80 0x20
${wr} ${st_addr} 0xa0 0x20
echo KIOSK-BOOT slot ${slot} order ${BOOT_ORDER} left ${BOOT_A_LEFT} ${BOOT_B_LEFT}
setenv con ttyS1,115200
test "${devtype}" = virtio && setenv con ttyAMA0
part uuid ${devtype} ${devnum}:${part} puuid
setenv bootargs "root=PARTUUID=${puuid} ro rootwait rauc.slot=${slot} panic=10 quiet loglevel=3 vt.global_cursor_default=0 consoleblank=0 console=${con} console=tty0 ${kiosk_args}"
setenv kernel_comp_addr_r ${base}
setenv kernel_comp_size 0x04000000
setenv k_addr ${kernel_addr_r}
setexpr r_addr ${base} + 0x04000000
load ${devtype} ${devnum}:${part} ${k_addr} /boot/vmlinuz.gz || reset
load ${devtype} ${devnum}:${part} ${r_addr} /boot/initrd.img || reset
setenv isize ${filesize}
test -n "${fdt_addr}" || setenv fdt_addr ${fdtcontroladdr}
booti ${k_addr} ${r_addr}:${isize} ${fdt_addr}
echo boot failed, next try
reset
