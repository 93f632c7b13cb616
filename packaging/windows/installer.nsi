; The installer for Windows, 64 bit. Compiled on any system that has NSIS 3:
;   makensis -WX -DVERSION=0.1.0 -DPAYLOAD=C:\path\of\dist\kiosk -DOUT=interview-kiosk-0.1.0.exe installer.nsi
; Silent: interview-kiosk-0.1.0.exe /S [/D=C:\Folder]; silent removal: "C:\Folder\uninstall.exe" /S
; Exit codes: 0 done, 1 ended by somebody, 2 failed, 3 refused because a recording runs, 4 refused because a newer one is there.
; Configuration and recordings (%ProgramData%\Interview Kiosk and each account's own folders) are never touched.

Target amd64-unicode
Unicode true
ManifestDPIAware true
SetCompressor /SOLID lzma
RequestExecutionLevel admin
!include "WordFunc.nsh"
!include "LogicLib.nsh"
!include "x64.nsh"

!define PRODUCT "Interview Kiosk"
!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\InterviewKiosk"
!define EVENTS "SYSTEM\CurrentControlSet\Services\EventLog\Application\Interview Kiosk"
!define TASK "Interview Kiosk outbox"

Name "${PRODUCT}"
OutFile "${OUT}"
InstallDir "$PROGRAMFILES64\${PRODUCT}"
InstallDirRegKey HKLM "${UNINSTALL}" "InstallLocation"
ShowInstDetails show
VIProductVersion "${VERSION}.0"
VIAddVersionKey "ProductName" "${PRODUCT}"
VIAddVersionKey "FileDescription" "${PRODUCT}, installer"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "LegalCopyright" "GPL-3.0-or-later"

Page directory
Page instfiles
UninstPage uninstConfirm
UninstPage instfiles

; A program that runs cannot be opened for writing: recorder, screen or outbox. The outbox is ended first; it only sends.
!macro RefuseWhileItRuns UN
Function ${UN}RefuseWhileItRuns
  ${IfNot} ${FileExists} "$INSTDIR\kiosk.exe"
    Return
  ${EndIf}
  nsExec::Exec 'schtasks /End /TN "${TASK}"'
  Pop $0
  ClearErrors
  FileOpen $0 "$INSTDIR\kiosk.exe" a
  ${If} ${Errors}
    IfSilent +2
    MessageBox MB_OK|MB_ICONEXCLAMATION "The kiosk is in use on this machine, perhaps for a recording. Nothing was changed. Please try again when it is closed."
    SetErrorLevel 3
    Quit
  ${EndIf}
  FileClose $0
FunctionEnd
!macroend
!insertmacro RefuseWhileItRuns ""
!insertmacro RefuseWhileItRuns "un."

Function .onInit
  SetRegView 64
  ReadRegStr $0 HKLM "${UNINSTALL}" "DisplayVersion"
  ${If} $0 != ""
    ${VersionCompare} "$0" "${VERSION}" $1
    ${If} $1 == 1
      IfSilent +2
      MessageBox MB_OK|MB_ICONEXCLAMATION "Version $0 is installed. Going back to ${VERSION} is refused, because what the newer one has written may not be readable by it. Nothing was changed."
      SetErrorLevel 4
      Quit
    ${EndIf}
  ${EndIf}
FunctionEnd

Function un.onInit
  SetRegView 64
FunctionEnd

Section
  Call RefuseWhileItRuns
  ; The folder of libraries is replaced as a whole, so that nothing of an older version stays in it.
  RMDir /r "$INSTDIR\_internal"
  SetOutPath "$INSTDIR"
  File /r "${PAYLOAD}/*"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  WriteRegStr HKLM "${UNINSTALL}" "DisplayName" "${PRODUCT}"
  WriteRegStr HKLM "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKLM "${UNINSTALL}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKLM "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKLM "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKLM "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD HKLM "${UNINSTALL}" "NoRepair" 1
  SetShellVarContext all
  CreateShortCut "$SMPROGRAMS\${PRODUCT}.lnk" "$INSTDIR\kiosk.exe" "run"
  CreateDirectory "$APPDATA\${PRODUCT}"
  ; A policy there counts only if nobody but administrators can write it: full for them and the system, reading for users.
  nsExec::Exec 'icacls "$APPDATA\${PRODUCT}" /inheritance:r /grant *S-1-5-32-544:(OI)(CI)F *S-1-5-18:(OI)(CI)F *S-1-5-32-545:(OI)(CI)RX'
  Pop $0
  ${If} $0 != 0
    DetailPrint "The rights of $APPDATA\${PRODUCT} could not be set; a policy in it will be refused until they are."
  ${EndIf}
  WriteRegExpandStr HKLM "${EVENTS}" "EventMessageFile" "%SystemRoot%\System32\EventCreate.exe"
  WriteRegDWORD HKLM "${EVENTS}" "TypesSupported" 7
  ; Sends what waits while nobody is signed in. It is registered, and starts with the machine once the kiosk is enrolled.
  nsExec::Exec 'schtasks /Create /F /TN "${TASK}" /SC ONSTART /RU "NT AUTHORITY\LOCAL SERVICE" /TR "\"$INSTDIR\kiosk.exe\" sync"'
  Pop $0
  ${If} $0 != 0
    DetailPrint "The task '${TASK}' could not be registered; the kiosk sends while its screen is up."
  ${EndIf}
SectionEnd

Section "Uninstall"
  Call un.RefuseWhileItRuns
  nsExec::Exec 'schtasks /Delete /F /TN "${TASK}"'
  Pop $0
  SetShellVarContext all
  Delete "$SMPROGRAMS\${PRODUCT}.lnk"
  RMDir /r "$INSTDIR\_internal"
  Delete "$INSTDIR\kiosk.exe"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  DeleteRegKey HKLM "${EVENTS}"
  DeleteRegKey HKLM "${UNINSTALL}"
SectionEnd
