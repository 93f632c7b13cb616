<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name></name>
    <message numerus="yes">
        <source>%Ln hour(s)</source>
        <translation>
            <numerusform>%Ln hour</numerusform>
            <numerusform>%Ln hours</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln minute(s)</source>
        <translation>
            <numerusform>%Ln minute</numerusform>
            <numerusform>%Ln minutes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln second(s)</source>
        <translation>
            <numerusform>%Ln second</numerusform>
            <numerusform>%Ln seconds</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln question(s)</source>
        <translation>
            <numerusform>%Ln question</numerusform>
            <numerusform>%Ln questions</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Repeat the question (%Ln left)</source>
        <translation>
            <numerusform>Repeat the question (%Ln left)</numerusform>
            <numerusform>Repeat the question (%Ln left)</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln attempt(s) to leave the kiosk since this panel was open last.</source>
        <translation>
            <numerusform>%Ln attempt to leave the kiosk since this panel was open last.</numerusform>
            <numerusform>%Ln attempts to leave the kiosk since this panel was open last.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Keypad</name>
    <message numerus="yes">
        <source>%Ln digit(s) typed</source>
        <translation>
            <numerusform>%Ln digit typed</numerusform>
            <numerusform>%Ln digits typed</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>That was not the PIN (%Ln wrong time(s)). Please try again.</source>
        <translation>
            <numerusform>That was not the PIN. Please try again.</numerusform>
            <numerusform>That was not the PIN (%Ln wrong times). Please try again.</numerusform>
        </translation>
    </message>
</context>
</TS>
